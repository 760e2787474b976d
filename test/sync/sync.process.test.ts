import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type Given, makeReplayBed, type ReplayBed } from '../replay/bed.ts';
import { publishApproval, publishJob } from './agent-records.ts';
import { checksums, countOf, type SyncProcess, startSync } from './sync-process.ts';

const EVENTS = 3_000;
const given = (from: number, count: number): readonly Given[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `msg-${from + at}`,
    resource: `batches/b${(from + at) % 700}`,
    type: (from + at) % 7 === 0 ? 'batch.failed' : 'batch.succeeded',
    labels: { team: 'search' },
    do: (from + at) % 50 === 0 ? 'dead' : (from + at) % 20 === 0 ? 'fail 1' : 'effect',
    at: Date.now(),
  }));

describe('the read model', () => {
  let bed: ReplayBed;
  let sync: SyncProcess;
  const until = (check: () => Promise<void>): Promise<void> =>
    vi.waitFor(check, { timeout: 50_000, interval: 200 });
  const ended = (): Promise<number> =>
    countOf(bed.db, 'lanes', `state in ('done', 'skipped', 'dead_lettered')`);
  const untilCaughtUp = (): Promise<void> =>
    until(async () => {
      const topics = await bed.json<{ behind: number }[]>('read-model', 'status');
      expect(topics.length).toBeGreaterThan(0);
      expect(topics.map(({ behind }) => behind)).toEqual(topics.map(() => 0));
    });

  beforeAll(async () => {
    bed = await makeReplayBed(inject('stack'));
    sync = await startSync(bed);
    await bed.launch('one');
  });
  afterAll(async () => {
    await sync.close();
    await bed?.close();
  });

  it('holds each event, and where its consumer stands with it', async () => {
    await bed.publishEvents(given(0, EVENTS));
    await until(async () => expect(await ended()).toBe(EVENTS));
    expect(await countOf(bed.db, 'events')).toBe(EVENTS);
    expect(await countOf(bed.db, 'jobs')).toBe(700);
    expect(await countOf(bed.db, 'lanes', `state = 'dead_lettered'`)).toBe(EVENTS / 50);
    expect(await countOf(bed.db, 'dead_letters', `error_code = 'E_ASKED'`)).toBe(EVENTS / 50);
    // Those that were tried again have told so.
    expect(await countOf(bed.db, 'lane_steps', `state = 'waiting'`)).toBe(
      given(0, EVENTS).filter((each) => each.do === 'fail 1').length,
    );
    // A replay can ask for what stands somewhere.
    for (const [state, total] of [
      ['dead_lettered', EVENTS / 50],
      ['none', 0],
    ] as const) {
      const args = ['replay', '--to', 'fixture', '--lane', state, '--dry-run'];
      expect(await bed.json(...args)).toMatchObject({ total });
    }
    const { rows } = await bed.db.query(
      `select events, last_type from gemini_events.jobs where resource_id = 'batches/b3'`,
    );
    const ofJob = given(0, EVENTS).filter(({ resource }) => resource === 'batches/b3');
    expect(rows).toEqual([{ events: ofJob.length, last_type: expect.any(String) as string }]);
  });

  it('holds each job that was launched, and where each approval stands', async () => {
    for (let at = 0; at < 30; at += 1) {
      // A launcher that was killed in between tells of its job twice.
      const job = { resource_id: `batches/l${at % 20}`, key: `key-${at % 20}`, launched_at: 1_000 };
      await publishJob(bed, job);
      await publishApproval(bed, { approval_id: `ap_${at}`, state: 'requested' });
    }
    await publishApproval(bed, { approval_id: 'ap_7', state: 'approved', decided_at: 2_000 });
    await until(async () =>
      expect(await countOf(bed.db, 'asked_approvals', `state = 'approved'`)).toBe(1),
    );
    await untilCaughtUp();
    expect(await countOf(bed.db, 'launched_jobs')).toBe(20);
    expect(await countOf(bed.db, 'asked_approvals', `state = 'requested'`)).toBe(29);
  });

  it('is the same after it was emptied and made of the topics again, while events come in', async () => {
    await untilCaughtUp();
    const before = await checksums(bed.db);
    await bed.json('read-model', 'rebuild', '--reason', 'a test');
    await bed.publishEvents(given(EVENTS, 500));
    await until(async () => expect(await ended()).toBe(EVENTS + 500));
    await untilCaughtUp();
    const now = await checksums(bed.db);
    // Once more, and nothing new comes in.
    await bed.json('read-model', 'rebuild');
    await until(async () => expect(await ended()).toBe(EVENTS + 500));
    await untilCaughtUp();
    const again = await checksums(bed.db);
    const { audit: first, ...others } = again;
    const { audit: second, ...nowOthers } = now;
    expect(others).toEqual(nowOthers);
    expect([first, second].map((each) => each?.split(' ')[0])).toEqual(['2', '1']);
    expect(before['events']).not.toBe(now['events']);
  });

  it('goes on after a kill -9, and a second instance takes over', async () => {
    sync.kill('SIGKILL');
    await sync.exited;
    await bed.publishEvents(given(EVENTS + 500, 500));
    const second = await startSync(bed, 'sync-2');
    await until(async () => expect(await ended()).toBe(EVENTS + 1_000));
    await untilCaughtUp();
    const before = await checksums(bed.db);
    // An instance that comes back stands by.
    sync = await startSync(bed, 'sync-1');
    await vi.waitFor(
      async () => expect(await sync.metrics()).toContain('gemini_events_sync_leads 0'),
      20_000,
    );
    expect(await checksums(bed.db)).toEqual(before);
    // A rebuild is noticed although nothing comes in.
    await bed.json('read-model', 'rebuild');
    await until(async () => expect(await ended()).toBe(EVENTS + 1_000));
    await second.close();
    await bed.publishEvents(given(EVENTS + 1_000, 100));
    await until(async () => expect(await ended()).toBe(EVENTS + 1_100));
  });
});
