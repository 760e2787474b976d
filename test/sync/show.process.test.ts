import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { makeReplayBed, type ReplayBed } from '../replay/bed.ts';
import { publishApproval, publishJob } from './agent-records.ts';
import { countOf, type SyncProcess, startSync } from './sync-process.ts';

const JOB = 'batches/b1';

describe('what became of a job', () => {
  let bed: ReplayBed;
  let sync: SyncProcess;
  const until = (check: () => Promise<void>): Promise<void> =>
    vi.waitFor(check, { timeout: 50_000, interval: 200 });

  beforeAll(async () => {
    bed = await makeReplayBed(inject('stack'));
    sync = await startSync(bed);
    await bed.launch('one');
  });
  afterAll(async () => {
    await sync.close();
    await bed?.close();
  });

  it('P6: is told as it was: a repeat, a retry, a dead letter, a redrive, done', async () => {
    const event = { id: 'msg-1', resource: JOB, type: 'batch.succeeded', do: 'tries store' };
    await publishJob(bed, { resource_id: JOB, key: 'report-1', model: 'gemini-x', launched_at: 1 });
    await bed.publishEvents([{ ...event, at: Date.now() }], 2);
    await until(async () => expect(await countOf(bed.db, 'dead_letters')).toBe(1));
    await bed.db.query(`insert into mended values ('store')`);
    const reason = ['--reason', 'the store is mended', '--actor', 'ann'];
    const { id } = await bed.json<{ id: string }>('dlq', 'redrive', 'fixture', '--all', ...reason);
    await until(async () => expect(await countOf(bed.db, 'lanes', `state = 'done'`)).toBe(1));

    const run = bed.cli('show', JOB);
    expect(await run.ended).toBe(0);
    const told = run
      .stdout()
      .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '<time>')
      .replaceAll(id, '<id>');
    expect(
      told
        .trimEnd()
        .split('\n')
        .map((line) => line.trimEnd()),
    ).toEqual([
      'time                      lane     what',
      '<time>  caller   launched         batch, gemini-x, key report-1',
      '<time>  gemini   delivered        batch.succeeded, default, v1',
      '<time>  gemini   delivered again  batch.succeeded, default, v1',
      '<time>  gemini   event            batch.succeeded',
      '<time>  fixture  waiting          ERR_RETRY_LATER, the store is broken, again at <time>',
      '<time>  fixture  dead lettered    attempt 2, E_BROKEN, the store is broken',
      '<time>  fixture  redriven         by ann, the store is mended, redrive <id>',
      '<time>  fixture  done             by its private lane',
    ]);
    // By its event it is the same story.
    const byEvent = await bed.json<{ moments: unknown[] }>('show', 'msg-1');
    const byJob = await bed.json<{ moments: unknown[] }>('show', JOB);
    expect(byEvent.moments).toEqual(byJob.moments);
    expect(byJob.moments).toHaveLength(8);
  });

  it('is told of a job that has a run, a decision, and no event yet', async () => {
    const job = 'int_7';
    await publishJob(bed, { resource_id: job, kind: 'interaction', key: 'k', run_id: 'orders/1' });
    const decided = { state: 'rejected', choice: 'reject', actor: 'ann', decided_at: 2_000 };
    await publishApproval(bed, {
      approval_id: 'ap_1',
      resource_id: job,
      title: 'Go on?\n\u001b[31m',
      ...decided,
    });
    await until(async () => expect(await countOf(bed.db, 'asked_approvals')).toBe(1));
    await until(async () => expect(await countOf(bed.db, 'launched_jobs')).toBe(2));
    const run = bed.cli('show', job);
    expect(await run.ended).toBe(0);
    const lines = run.stdout().trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ {2,}/).slice(1).join(' | '))).toEqual([
      'lane | what',
      'agent | asked | Go on? [31m, ap_1',
      'agent | rejected | reject, by ann',
      'agent | launched | interaction, by run orders/1',
    ]);
  });

  it('is an error where nothing is known', async () => {
    const run = bed.cli('show', 'batches/nobody');
    expect(await run.ended).toBe(1);
    expect(run.stderr()).toContain('ERR_STORY_UNKNOWN');
  });
});
