import { createHash } from 'node:crypto';
import { BridgeError } from '@gemini-events/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchEvent, interactionEvent, videoEvent } from './testing/events.ts';
import { batch, bytes, downloadPath, json, row, status, truncated } from './testing/fake-gemini.ts';
import { type Harness, startHarness, WAIT_MS } from './testing/harness.ts';

const LINES = row('k1').repeat(100);

describe('an event', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.close());

  it('of a batch follows the pointer that the job itself names', async () => {
    harness.gemini.on('/v1beta/batches/b1', batch('batches/b1', 'files/batch-b1'));
    harness.gemini.on(downloadPath('files/batch-b1'), bytes(LINES));
    await harness.handle(
      batchEvent({ output_file_uri: 'https://attacker.example/v1beta/files/other' }),
    );
    expect(await harness.storedText()).toBe(LINES);
    expect(harness.result()).toMatchObject({
      event_id: 'msg_1',
      type: 'batch.succeeded',
      resource_id: 'batches/b1',
      size_bytes: LINES.length,
      sha256: createHash('sha256').update(LINES).digest('hex'),
      content_type: 'application/jsonl',
    });
    expect(harness.published[0]).toMatchObject({ topic: 'results', key: 'batches/b1' });
    expect(harness.outcomes).toEqual(['stored']);
    expect(harness.gemini.requests).toEqual(['/v1beta/batches/b1', downloadPath('files/batch-b1')]);
    expect(new Set(harness.gemini.keys)).toEqual(new Set(['secret-key']));
  });

  it('of a batch without a file stores the inlined responses, one per line', async () => {
    const inlinedResponses = [
      { response: { a: 1 }, metadata: { key: 'k' } },
      { error: { code: 3 } },
    ];
    const output = { inlinedResponses: { inlinedResponses } };
    const metadata = { state: 'BATCH_STATE_SUCCEEDED', output, batchStats: { requestCount: '3' } };
    // In both places, and printed for people, as the API does.
    const job = JSON.stringify({ metadata, done: true, response: output }, null, 2);
    harness.gemini.on('/v1beta/batches/b1', bytes(job, 'application/json'));
    await harness.handle(batchEvent({ resource_id: 'b1' }));
    const lines = (await harness.storedText()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(inlinedResponses);
    const { status, requests, rows } = await harness.manifest();
    expect({ status, requests, rows: rows?.rows }).toEqual({
      status: 'partial',
      requests: 3,
      rows: 2,
    });
    expect(await harness.rows('k')).toEqual([lines[0]]);
    expect(await harness.rows('#2')).toEqual([lines[1]]);
  });

  it('of a lost batch uses the file name of its pointer, never the host', async () => {
    harness.gemini.on(downloadPath('files/batch-b1'), bytes(LINES));
    const uri = 'https://attacker.example/v1beta/files/batch-b1:download?alt=media';
    await harness.handle(batchEvent({ output_file_uri: uri }));
    expect(await harness.storedText()).toBe(LINES);
  });

  it('of an interaction stores the JSON as it came', async () => {
    const text = '{ "id":"v1_abc",\n "status": "completed", "steps": [] }';
    harness.gemini.on('/v1beta/interactions/v1_abc', bytes(text, 'application/json'));
    await harness.handle(interactionEvent());
    expect(await harness.storedText()).toBe(text);
  });

  it('of a long interaction stores all of it', async () => {
    const text = JSON.stringify({ status: 'completed', steps: ['x'.repeat(9 * 1024 * 1024)] });
    harness.gemini.on('/v1beta/interactions/v1_abc', bytes(text, 'application/json'));
    await harness.handle(interactionEvent());
    expect(harness.result().sha256).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('that came before its interaction has finished waits for it', async () => {
    const completed = json({ status: 'completed' });
    harness.gemini.on('/v1beta/interactions/v1_abc', json({ status: 'in_progress' }), completed);
    await harness.handle(interactionEvent());
    expect([harness.state(), harness.published]).toEqual(['waiting', []]);
    await harness.bench.passTime(WAIT_MS);
    expect(await harness.storedText()).toBe('{"status":"completed"}');
    expect(harness.state()).toBe('done');
  });

  it('of a video downloads the named file, or asks the operation when none is named', async () => {
    harness.gemini.on(downloadPath('files/abc'), bytes('mp4', 'video/mp4'));
    await harness.handle(videoEvent({ file_name: 'files/abc' }));
    expect(await harness.storedText()).toBe('mp4');
    const video = { uri: 'https://x.example/v1beta/files/def:download?alt=media' };
    const response = { generateVideoResponse: { generatedSamples: [{ video }] } };
    harness.gemini.on('/v1beta/models/veo-3.1/operations/op2', json({ done: true, response }));
    harness.gemini.on(downloadPath('files/def'), bytes('mp4 too', 'video/mp4'));
    await harness.handle(
      videoEvent({ event_id: 'msg_2', resource_id: 'models/veo-3.1/operations/op2' }),
    );
    expect(await harness.storedText()).toBe('mp4 too');
  });

  it('of a job that has not ended is skipped', async () => {
    await harness.handle(interactionEvent({ type: 'interaction.requires_action' }));
    expect(harness.state()).toBe('skipped');
    expect([harness.gemini.requests, harness.published]).toEqual([[], []]);
  });

  it.each([
    ['failed', batchEvent({ type: 'batch.failed', error_code: 'X', error_message: 'no' })],
    ['expired', batchEvent({ type: 'batch.expired' })],
    ['cancelled', batchEvent({ type: 'batch.cancelled' })],
    [
      'failed',
      interactionEvent({ type: 'interaction.failed', error_code: 'X', error_message: 'no' }),
    ],
    ['cancelled', interactionEvent({ type: 'interaction.cancelled' })],
  ])(
    'of a job that %s without an output is recorded, also when the job is gone',
    async (end, event) => {
      await harness.handle(event);
      expect([harness.state(), harness.outcomes]).toEqual(['done', [end]]);
      const { error_code, error_message } = event;
      expect(harness.result()).toMatchObject({
        status: end,
        object_uri: '',
        part_count: 0,
        error_code,
        error_message,
      });
      expect(await harness.objects()).toEqual([]);
    },
  );

  it('of a job that failed records the error that the job itself names', async () => {
    const error = { code: 3, message: 'line 3 is not JSON' };
    const metadata = { state: 'BATCH_STATE_FAILED', model: 'models/m' };
    harness.gemini.on('/v1beta/batches/b1', json({ metadata, done: true, error }));
    await harness.handle(batchEvent({ type: 'batch.failed', error_code: 'X' }));
    expect(harness.result()).toMatchObject({
      status: 'failed',
      error_code: '3',
      error_message: 'line 3 is not JSON',
      model: 'm',
    });
  });

  it('that comes again is neither downloaded, nor stored, nor announced again', async () => {
    harness.gemini.on('/v1beta/batches/b1', batch('batches/b1', 'files/batch-b1'));
    harness.gemini.on(downloadPath('files/batch-b1'), bytes(LINES));
    await harness.handle(batchEvent());
    await harness.handle(batchEvent());
    // The same job under another webhook-id, another spelling and the old name of the type.
    const other = { event_id: 'msg_2', resource_id: 'b1', type: 'batch.completed' };
    await harness.handle(batchEvent(other));
    // The inbox knows the first repeat, the store the second one.
    expect(harness.outcomes).toEqual(['stored', 'repeat']);
    expect(harness.state()).toBe('skipped');
    expect(harness.gemini.requests).toHaveLength(2);
    expect(harness.published).toHaveLength(1);
    expect(await harness.objects()).toHaveLength(1);
  });

  it('that was stored before a crash is announced without another download', async () => {
    harness.gemini.on('/v1beta/batches/b1', batch('batches/b1', 'files/batch-b1'));
    harness.gemini.on(downloadPath('files/batch-b1'), bytes(LINES));
    harness.setAway(new BridgeError('ERR_KAFKA_UNAVAILABLE', 'away'));
    await harness.handle(batchEvent());
    expect([harness.state(), harness.outcomes]).toEqual(['waiting', []]);
    harness.setAway(null);
    await harness.bench.passTime(WAIT_MS);
    expect([harness.state(), harness.outcomes]).toEqual(['done', ['stored']]);
    expect(harness.gemini.requests).toHaveLength(2);
    expect(await harness.storedText()).toBe(LINES);
  });

  it('whose download breaks off is tried again, and the half is never visible', async () => {
    harness.gemini.on('/v1beta/batches/b1', batch('batches/b1', 'files/batch-b1'));
    harness.gemini.on(downloadPath('files/batch-b1'), truncated(LINES));
    await harness.handle(batchEvent());
    expect([harness.state(), await harness.objects()]).toEqual(['waiting', []]);
    harness.gemini.on(downloadPath('files/batch-b1'), bytes(LINES));
    await harness.bench.passTime(WAIT_MS);
    expect(await harness.storedText()).toBe(LINES);
    expect(await harness.objects()).toHaveLength(1);
  });

  it('is tried again after 429 and 5xx', async () => {
    // Three calls at once of each try but the last one; a wait that was asked for is heeded.
    const busy = Array.from({ length: 3 }, () => status(503));
    const quota = status(429, { 'retry-after': '60' });
    const fine = batch('batches/b1', 'files/batch-b1');
    harness.gemini.on('/v1beta/batches/b1', ...busy, quota, fine);
    harness.gemini.on(downloadPath('files/batch-b1'), bytes(LINES));
    await harness.handle(batchEvent());
    await harness.bench.passTime(WAIT_MS);
    await harness.bench.passTime(59_000);
    expect([harness.state(), harness.outcomes]).toEqual(['waiting', []]);
    expect(harness.bench.statuses().at(-1)).toMatchObject({ error_code: 'ERR_GEMINI_QUOTA' });
    await harness.bench.passTime(1_000);
    expect(harness.outcomes).toEqual(['stored']);
  });
});
