import { createHash } from 'node:crypto';
import { BridgeError } from '@gemini-events/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchEvent, interactionEvent, videoEvent } from './testing/events.ts';
import { batch, bytes, downloadPath, json, status, truncated } from './testing/fake-gemini.ts';
import { type Harness, startHarness, WAIT_MS } from './testing/harness.ts';

const LINES = '{"key":"k1","response":{}}\n'.repeat(100);

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
    const job = { done: true, response: { inlinedResponses: { inlinedResponses } } };
    harness.gemini.on('/v1beta/batches/b1', json(job));
    await harness.handle(batchEvent({ resource_id: 'b1' }));
    const lines = (await harness.storedText()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(inlinedResponses);
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

  it.each([
    batchEvent({ type: 'batch.failed' }),
    interactionEvent({ type: 'interaction.requires_action' }),
    interactionEvent({ type: 'interaction.cancelled' }),
  ])('without an output is skipped: $type', async (event) => {
    await harness.handle(event);
    expect(harness.state()).toBe('skipped');
    expect([harness.gemini.requests, harness.published]).toEqual([[], []]);
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
    harness.gemini.on(downloadPath('files/batch-b1'), truncated(LINES), bytes(LINES));
    await harness.handle(batchEvent());
    expect(await harness.objects()).toEqual([]);
    await harness.bench.passTime(WAIT_MS);
    expect(await harness.storedText()).toBe(LINES);
    expect(await harness.objects()).toHaveLength(1);
  });

  it('is tried again after 429 and 5xx', async () => {
    const answers = [status(429), status(503), batch('batches/b1', 'files/batch-b1')];
    harness.gemini.on('/v1beta/batches/b1', ...answers);
    harness.gemini.on(downloadPath('files/batch-b1'), bytes(LINES));
    await harness.handle(batchEvent());
    await harness.bench.passTime(WAIT_MS);
    expect(harness.outcomes).toEqual([]);
    await harness.bench.passTime(WAIT_MS);
    expect(harness.outcomes).toEqual(['stored']);
  });
});
