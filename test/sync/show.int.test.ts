import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { makeReplayBed, type ReplayBed } from '../replay/bed.ts';
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
    await bed.close();
  });

  it('P6: is told as it was: a repeat, a retry, a dead letter, a redrive, done', async () => {
    const event = { id: 'msg-1', resource: JOB, type: 'batch.succeeded', do: 'tries store' };
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
    expect(byJob.moments).toHaveLength(7);
  });

  it('is an error where nothing is known', async () => {
    const run = bed.cli('show', 'batches/nobody');
    expect(await run.ended).toBe(1);
    expect(run.stderr()).toContain('ERR_STORY_UNKNOWN');
  });
});
