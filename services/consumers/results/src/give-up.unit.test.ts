import type { GeminiEvent } from '@gemini-events/consumer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchEvent, interactionEvent, videoEvent } from './testing/events.ts';
import {
  batch,
  bytes,
  downloadPath,
  json,
  row,
  startFakeGemini,
  status,
} from './testing/fake-gemini.ts';
import { type Harness, startHarness, WAIT_MS } from './testing/harness.ts';

const LINES = row('k1').repeat(100);

describe('an event that cannot be done', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.close());

  it('ends as a dead letter that tells all about it', async () => {
    harness.gemini.on('/v1beta/batches/b1', status(500));
    await harness.handle(batchEvent());
    await harness.bench.passTime(WAIT_MS);
    expect([harness.state(), harness.bench.deadLetters()]).toEqual(['waiting', []]);
    await harness.bench.passTime(WAIT_MS);
    expect(harness.bench.deadLetters()).toEqual([
      {
        resource: 'batches/b1',
        code: 'ERR_GEMINI_UNAVAILABLE',
        message: 'the Gemini API answered 500: /v1beta/batches/b1',
        attempts: 3,
      },
    ]);
    expect([harness.state(), harness.published]).toEqual(['dead_lettered', []]);
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
    expect(harness.bench.deadLetters()).toMatchObject([{ attempts: 1 }]);
  });

  it('does not follow its pointer when the job is there but has no output', async () => {
    harness.gemini.on('/v1beta/batches/b1', json({ done: true, error: { code: 13 } }));
    harness.gemini.on(downloadPath('files/batch-b1'), bytes(LINES));
    await harness.handle(batchEvent({ output_file_uri: 'files/batch-b1' }));
    expect(harness.result()).toMatchObject({ status: 'failed', error_code: '13' });
    expect(harness.gemini.requests).toEqual(['/v1beta/batches/b1']);
  });

  it('is refused a redirect, so that the key reaches no other host', async () => {
    const elsewhere = await startFakeGemini();
    harness.gemini.on('/v1beta/batches/b1', batch('batches/b1', 'files/batch-b1'));
    const location = `${elsewhere.baseUrl}/x`;
    harness.gemini.on(downloadPath('files/batch-b1'), status(302, { location }));
    await harness.handle(batchEvent());
    expect(harness.errorCode()).toBe('ERR_HTTP_REFUSED');
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

  it('is left for later, without a result, when the consumer lets go', async () => {
    const letGo = new AbortController();
    harness.gemini.on('/v1beta/batches/b1', () => letGo.abort());
    const handling = harness.consumer.handle(batchEvent() as GeminiEvent, {
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      signal: letGo.signal,
      attempt: 1,
      traceparent: null,
      reopened: null,
      record: {
        topic: 'gemini.events.batch',
        partition: 0,
        offset: 0n,
        timestamp: 0,
        key: null,
        value: null,
        headers: {},
      },
      progress: () => undefined,
      complete: () => Promise.reject(new Error('not used')),
    });
    await expect(handling).rejects.toThrow('does not answer');
    expect(harness.published).toEqual([]);
  });
});
