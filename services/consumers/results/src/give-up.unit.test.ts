import { BridgeError } from '@gemini-events/events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handleRecord } from './handle-record.ts';
import { batchEvent, interactionEvent, videoEvent } from './testing/events.ts';
import {
  batch,
  bytes,
  downloadPath,
  json,
  startFakeGemini,
  status,
} from './testing/fake-gemini.ts';
import { type Harness, never, recordOf, startHarness } from './testing/harness.ts';

const LINES = '{"key":"k1","response":{}}\n'.repeat(100);

describe('an event that cannot be done', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.close());

  it('ends as a dead letter that tells all about it', async () => {
    harness.gemini.on('/v1beta/batches/b1', status(500));
    const event = batchEvent();
    await harness.handle(event);
    expect(harness.outcomes).toEqual(['dead_lettered']);
    expect(harness.published).toHaveLength(1);
    const letter = harness.published[0];
    expect(letter).toMatchObject({ topic: 'dlq', key: Buffer.from('batches/b1') });
    expect(letter?.value).toEqual(recordOf(event).value);
    expect(letter?.headers).toEqual({
      ce_id: 'msg_1',
      'dlq-topic': 'events',
      'dlq-partition': '3',
      'dlq-offset': '17',
      'dlq-timestamp': '2023-11-14T22:13:20.000Z',
      'dlq-consumer': 'results',
      'dlq-attempts': '3',
      'dlq-first-failure': expect.stringMatching(/^\d{4}-.*Z$/) as string,
      'dlq-last-failure': expect.stringMatching(/^\d{4}-.*Z$/) as string,
      'dlq-error-code': 'ERR_GEMINI_UNAVAILABLE',
      'dlq-error-message': 'the Gemini API answered 500: /v1beta/batches/b1',
    });
  });

  it.each([
    ['a job that nobody knows', batchEvent(), 'ERR_RESULT_NOT_FOUND'],
    ['an id that is none', batchEvent({ resource_id: '..' }), 'ERR_RESULT_POINTER'],
    [
      'a pointer elsewhere',
      videoEvent({ resource_id: 'x', file_name: 'gs://b/c' }),
      'ERR_RESULT_POINTER',
    ],
  ])('with %s is a dead letter at once', async (_, event, code) => {
    await harness.handle(event);
    expect(harness.errorCode()).toBe(code);
    expect(harness.retries).toEqual([]);
  });

  it('does not follow its pointer when the job is there but has no output', async () => {
    harness.gemini.on('/v1beta/batches/b1', json({ done: true, error: { code: 13 } }));
    harness.gemini.on(downloadPath('files/batch-b1'), bytes(LINES));
    await harness.handle(batchEvent({ output_file_uri: 'files/batch-b1' }));
    expect(harness.errorCode()).toBe('ERR_RESULT_POINTER');
    expect(harness.gemini.requests).toEqual(['/v1beta/batches/b1']);
  });

  it('is refused a redirect, so that the key reaches no other host', async () => {
    const elsewhere = await startFakeGemini();
    harness.gemini.on('/v1beta/batches/b1', batch('batches/b1', 'files/batch-b1'));
    const location = `${elsewhere.baseUrl}/x`;
    harness.gemini.on(downloadPath('files/batch-b1'), status(302, { location }));
    await harness.handle(batchEvent());
    expect(harness.errorCode()).toBe('ERR_GEMINI_REFUSED');
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });

  describe('that is not proven to be ours', () => {
    it.each([
      batchEvent({ trust: 'unproven', output_file_uri: 'files/secret' }),
      batchEvent({ trust: 'a word of the future', output_file_uri: 'files/secret' }),
      interactionEvent({ trust: 'unproven' }),
      videoEvent({ trust: 'unproven', file_name: 'files/secret' }),
    ])('is a foreign job when our key does not find it: $type, $trust', async (event) => {
      harness.gemini.on(downloadPath('files/secret'), bytes('secret'));
      await harness.handle(event);
      expect(harness.errorCode()).toBe('ERR_JOB_FOREIGN');
      expect(await harness.objects()).toEqual([]);
      expect(harness.gemini.requests).toHaveLength(1);
    });

    it('is a foreign job when it belongs to another project', async () => {
      harness.gemini.on('/v1beta/batches/b1', status(403));
      await harness.handle(batchEvent({ trust: 'unproven' }));
      expect(harness.errorCode()).toBe('ERR_JOB_FOREIGN');
    });

    it('is stored when our key finds the job', async () => {
      harness.gemini.on('/v1beta/batches/b1', batch('batches/b1', 'files/batch-b1'));
      harness.gemini.on(downloadPath('files/batch-b1'), bytes(LINES));
      await harness.handle(batchEvent({ trust: 'unproven' }));
      expect(harness.outcomes).toEqual(['stored']);
    });
  });

  it('waits, without a dead letter, while the registry is away or the schema id is not known', async () => {
    const away = new BridgeError('ERR_REGISTRY_UNAVAILABLE', 'away');
    const decoder = { decode: () => Promise.reject(away) };
    await expect(harness.handle(batchEvent(), { decoder })).rejects.toBe(away);
    harness.gemini.on('/v1beta/interactions/v1_abc', json({ status: 'completed' }));
    const unknown = harness.handle(interactionEvent(), { encodeResult: () => null });
    await expect(unknown).rejects.toMatchObject({ code: 'ERR_SCHEMA_MISSING' });
    expect(harness.published).toEqual([]);
  });

  it('is left for later, without a dead letter, when the consumer lets go', async () => {
    const letGo = new AbortController();
    harness.gemini.on('/v1beta/batches/b1', () => letGo.abort());
    const context = { draining: letGo.signal, signal: letGo.signal };
    await expect(handleRecord(harness.adapters(), recordOf(batchEvent()), context)).rejects.toThrow(
      'aborted',
    );
    expect([harness.outcomes, harness.published]).toEqual([[], []]);
  });

  it('in the middle of a wait is left for later when the consumer drains', async () => {
    const draining = new AbortController();
    harness.gemini.on('/v1beta/batches/b1', status(503));
    const slow = harness.adapters({ retry: { maxAttempts: 3, firstWaitMs: 600_000 } });
    const context = { draining: draining.signal, signal: never };
    const handling = handleRecord(slow, recordOf(batchEvent()), context);
    await vi.waitFor(() => expect(harness.retries).toHaveLength(1));
    draining.abort();
    await expect(handling).rejects.toThrow('aborted');
    expect([harness.outcomes, harness.published]).toEqual([[], []]);
  });
});
