import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchEvent, interactionEvent } from './testing/events.ts';
import {
  type Answer,
  batch,
  bytes,
  downloadPath,
  json,
  row,
  status,
} from './testing/fake-gemini.ts';
import { type Harness, MAX_BYTES, startHarness, WAIT_MS } from './testing/harness.ts';

const FILE = 'files/batch-b1';
const LINES = Array.from({ length: 2_000 }, (_, at) => row(`k${at}`)).join('');

describe('the output of a batch', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    harness.gemini.on('/v1beta/batches/b1', batch('batches/b1', FILE));
  });
  afterEach(() => harness.close());
  const answer = (...answers: readonly Answer[]): void =>
    harness.gemini.on(downloadPath(FILE), ...answers);
  const packed =
    (body: Buffer, headers: Readonly<Record<string, string>>): Answer =>
    (_, response) =>
      void response.writeHead(200, { 'content-length': body.length, ...headers }).end(body);

  it.each<[number, string, string]>([
    [404, 'dead_lettered', 'ERR_RESULT_NOT_FOUND'],
    [410, 'dead_lettered', 'ERR_RESULT_NOT_FOUND'],
    [403, 'dead_lettered', 'ERR_GEMINI_PERMISSION'],
    [400, 'dead_lettered', 'ERR_GEMINI_REFUSED'],
    [429, 'waiting', 'ERR_GEMINI_QUOTA'],
    [500, 'waiting', 'ERR_GEMINI_UNAVAILABLE'],
    [503, 'waiting', 'ERR_GEMINI_UNAVAILABLE'],
  ])('that is answered %d: %s, %s', async (code, state, error) => {
    answer(status(code));
    await harness.handle(batchEvent());
    expect(harness.bench.statuses().at(-1)).toMatchObject({ state, error_code: error });
    expect(await harness.objects()).toEqual([]);
  });

  it.each([404, 410, 403])('that is answered %d after 48 hours has expired', async (code) => {
    answer(status(code));
    harness.setHoursLater(49);
    await harness.handle(batchEvent());
    expect(harness.errorCode()).toBe('ERR_RESULT_EXPIRED');
  });

  it('is not held open where the store cannot be written', async () => {
    const begun = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    answer((_, response) => {
      response.on('close', closed.resolve);
      response.writeHead(200, { 'content-length': 2 * LINES.length });
      response.write(LINES, () => begun.resolve());
    });
    await harness.spoilStore();
    await harness.handle(batchEvent());
    await begun.promise;
    expect(harness.bench.statuses().at(-1)).toMatchObject({ error_code: 'ERR_OBJECT_STORE' });
    await closed.promise;
  }, 4_000);

  it('that is late but still there is stored', async () => {
    answer(bytes(LINES));
    harness.setHoursLater(60);
    await harness.handle(batchEvent());
    expect(harness.outcomes).toEqual(['stored']);
  });

  const raw =
    (head: string, body: string): Answer =>
    (_, response) =>
      void response.socket?.end(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${body}`);

  it.each<[string, Answer]>([
    ['shorter than announced', raw('content-length: 500000', LINES.slice(0, 100))],
    ['cut off in a chunk', raw('transfer-encoding: chunked', 'ffff\r\n{')],
  ])('that is %s is tried again, and leaves nothing', async (_, broken) => {
    answer(broken);
    await harness.handle(batchEvent());
    expect(harness.bench.statuses().at(-1)).toMatchObject({
      state: 'waiting',
      error_code: 'ERR_GEMINI_UNAVAILABLE',
    });
    expect(await harness.objects()).toEqual([]);
  });

  it('that is longer than announced ends where it was announced to, as a row that cannot be read', async () => {
    answer(raw('content-length: 5', LINES));
    await harness.handle(batchEvent());
    expect(harness.result()).toMatchObject({
      status: 'partial',
      size_bytes: 5,
      failed_row_count: 1,
    });
  });

  it('with rows that failed, cannot be read, or are empty is partial, with counts and reasons', async () => {
    const text = [
      row('good'),
      `${JSON.stringify({ key: 'bad', error: { code: 3, message: 'no' } })}\n`,
      'no json\n',
      '\n',
      `${JSON.stringify({ key: 'blocked', response: { promptFeedback: { blockReason: 'SAFETY' } } })}\n`,
      `${JSON.stringify({ key: 'nothing' })}\n`,
      row('good').slice(0, -1),
    ].join('');
    answer(bytes(text));
    await harness.handle(batchEvent());
    expect(harness.result()).toMatchObject({
      status: 'partial',
      row_count: 6,
      failed_row_count: 4,
    });
    expect(await harness.storedText()).toBe(text);
    const { rows } = await harness.manifest();
    expect(rows).toMatchObject({
      succeeded: 2,
      emptyLines: 1,
      repeatedKeys: 1,
      reasons: { error: 1, invalid_json: 1, SAFETY: 1, no_answer: 1 },
    });
    expect(rows?.failures.map(({ line, key }) => [line, key])).toEqual([
      [2, 'bad'],
      [3, null],
      [5, 'blocked'],
      [6, 'nothing'],
    ]);
    expect(await harness.rows('good')).toHaveLength(2);
    expect(await harness.rows('#3')).toEqual(['no json']);
    expect(await harness.rows('absent')).toEqual([]);
  });

  it('that is empty is stored, and says so', async () => {
    answer(bytes(''));
    await harness.handle(batchEvent());
    expect(harness.result()).toMatchObject({ status: 'stored', size_bytes: 0, row_count: 0 });
  });

  it.each<[string, Answer]>([
    ['by its encoding', packed(gzipSync(LINES), { 'content-encoding': 'gzip' })],
    ['as a file', packed(gzipSync(LINES), { 'content-type': 'application/gzip' })],
  ])('that came as gzip, %s, is stored unpacked', async (_, given) => {
    answer(given);
    await harness.handle(batchEvent());
    expect(await harness.storedText()).toBe(LINES);
    expect(harness.result().sha256).toBe(createHash('sha256').update(LINES).digest('hex'));
    expect(await harness.rows('k1234')).toEqual([row('k1234').trimEnd()]);
  });

  it.each<[string, Answer, string]>([
    [
      'gzip that is none',
      packed(Buffer.from(LINES), { 'content-encoding': 'gzip' }),
      'ERR_RESULT_BROKEN',
    ],
    [
      'half a gzip',
      packed(gzipSync(LINES).subarray(0, 500), { 'content-encoding': 'gzip' }),
      'ERR_RESULT_BROKEN',
    ],
    [
      'an encoding that is not known',
      packed(Buffer.from(LINES), { 'content-encoding': 'br' }),
      'ERR_RESULT_BROKEN',
    ],
  ])('that is %s is tried again', async (_, given, code) => {
    answer(given, bytes(LINES));
    await harness.handle(batchEvent());
    expect(harness.bench.statuses().at(-1)).toMatchObject({ state: 'waiting', error_code: code });
    await harness.bench.passTime(WAIT_MS);
    expect(await harness.storedText()).toBe(LINES);
  });

  it.each<[string, Answer]>([
    [
      'announced',
      (_, response) => void response.writeHead(200, { 'content-length': MAX_BYTES + 1 }).write('x'),
    ],
    ['packed', packed(gzipSync(Buffer.alloc(MAX_BYTES + 1)), { 'content-encoding': 'gzip' })],
  ])('that is longer than allowed, %s, is a dead letter and leaves nothing', async (_, given) => {
    answer(given);
    await harness.handle(batchEvent());
    expect(harness.errorCode()).toBe('ERR_RESULT_TOO_LARGE');
    expect(await harness.objects()).toEqual([]);
  });

  it('that breaks off goes on where it was', async () => {
    const half: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': LINES.length, etag: '"1"' });
      response.write(LINES.slice(0, 50_000), () => response.destroy());
    };
    const ranges: (string | undefined)[] = [];
    answer(half, (request, response) => {
      ranges.push(request.headers.range);
      const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0]);
      const rest = LINES.slice(from);
      response.writeHead(206, {
        'content-range': `bytes ${from}-${LINES.length - 1}/${LINES.length}`,
        'content-length': rest.length,
      });
      response.end(rest);
    });
    await harness.handle(batchEvent());
    expect(await harness.storedText()).toBe(LINES);
    expect(ranges).toEqual([expect.stringMatching(/^bytes=\d+-$/)]);
  });

  it.each([
    ['gs://bucket/results.jsonl', 'ERR_RESULT_POINTER'],
    ['file:///etc/passwd', 'ERR_RESULT_POINTER'],
    ['http://files.example.com/results.jsonl', 'ERR_RESULT_POINTER'],
    ['https://169.254.169.254/latest/meta-data', 'ERR_HTTP_REFUSED'],
    ['https://[::ffff:127.0.0.1]/x', 'ERR_HTTP_REFUSED'],
    ['https://2130706433/x', 'ERR_HTTP_REFUSED'],
    ['https://metadata.google.internal/x', 'ERR_HTTP_REFUSED'],
    ['https://evil.example.org/x', 'ERR_HTTP_REFUSED'],
    ['https://files.example.com@evil.example.org/x', 'ERR_HTTP_REFUSED'],
    ['https://files.example.com:22/x', 'ERR_HTTP_REFUSED'],
  ])('to which its job points at %s is refused, and nothing is called', async (pointer, code) => {
    harness.gemini.on('/v1beta/batches/b1', batch('batches/b1', pointer));
    await harness.handle(batchEvent());
    expect(harness.errorCode()).toBe(code);
    expect(harness.gemini.requests).toEqual(['/v1beta/batches/b1']);
    const [letter] = harness.bench.deadLetters();
    expect(letter?.message).not.toMatch(/secret|latest|passwd/);
  });

  it.each([
    'https://169.254.169.254/x',
    'http://127.0.0.1:1/x',
    'https://localhost/x',
    'file:///etc/passwd',
  ])('that redirects to %s is refused', async (location) => {
    answer(status(302, { location }));
    await harness.handle(batchEvent());
    expect(harness.errorCode()).toBe('ERR_HTTP_REFUSED');
  });
});

describe('the output of an interaction', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.close());
  const step = (content: readonly object[]) => ({ type: 'model_output', content });

  it('is its JSON, its text and its files, with what it rests on', async () => {
    const annotations = [{ type: 'url_citation', url: 'https://example.org', title: 'T' }];
    const steps = [
      step([
        { type: 'text', text: 'Réport', annotations },
        { type: 'video', mime_type: 'video/mp4', uri: 'https://x.example/v1/files/v1' },
        { type: 'image', mime_type: 'image/png', data: Buffer.from('png').toString('base64') },
      ]),
    ];
    const usage = { total_input_tokens: 5, total_tokens: 9 };
    const body = { id: 'v1_abc', model: 'm', status: 'completed', steps, usage };
    harness.gemini.on('/v1beta/interactions/v1_abc?stream=false', json(body));
    harness.gemini.on('/v1beta/interactions/v1_abc', json(body));
    harness.gemini.on(downloadPath('files/v1'), bytes('mp4', 'video/mp4'));
    await harness.handle(interactionEvent());
    const { parts, answer, usage: counted, model } = await harness.manifest();
    expect(parts.map(({ name, sizeBytes, contentType }) => [name, sizeBytes, contentType])).toEqual(
      [
        ['interaction.json', JSON.stringify(body).length + 1, 'application/json'],
        ['answer.md', 7, 'text/markdown; charset=utf-8'],
        ['file-1.mp4', 3, 'video/mp4'],
        ['file-2.png', 3, 'image/png'],
      ],
    );
    expect(answer).toEqual({
      characters: 6,
      citations: [{ kind: 'url_citation', url: 'https://example.org', title: 'T' }],
      functionCalls: [],
    });
    expect([counted, model]).toEqual([usage, 'm']);
    expect(harness.result()).toMatchObject({ status: 'stored', part_count: 4, usage });
  });

  it('that points to files holds up no other while they are fetched', async () => {
    const image = { type: 'image', uri: 'files/image', mime_type: 'image/png' };
    const { gemini, bench } = harness;
    for (const id of ['a', 'b', 'c']) {
      const content = id === 'c' ? [{ type: 'text', text: 'x' }] : [image];
      gemini.on(
        `/v1beta/interactions/${id}`,
        json({ status: 'completed', steps: [step(content)] }),
      );
    }
    const begun: ServerResponse[] = [];
    gemini.on(downloadPath('files/image'), (_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).write('half');
      begun.push(response);
    });
    const all = bench.deliver(
      ...['a', 'b', 'c'].map((id) => interactionEvent({ event_id: id, resource_id: id })),
    );
    await expect.poll(() => begun.length).toBe(2);
    await expect.poll(() => harness.outcomes).toEqual(['stored']);
    expect(harness.result().resource_id).toBe('c');
    for (const response of begun) response.end();
    await all;
    expect(harness.outcomes).toEqual(['stored', 'stored', 'stored']);
    expect(harness.result()).toMatchObject({ status: 'stored', part_count: 2 });
  });

  it.each([
    ['incomplete', 'partial'],
    ['budget_exceeded', 'partial'],
    ['something new', 'stored'],
  ])('that is %s is kept: %s', async (given, end) => {
    harness.gemini.on(
      '/v1beta/interactions/v1_abc',
      json({ status: given, steps: [step([{ type: 'text', text: 'x' }])] }),
    );
    await harness.handle(interactionEvent());
    expect(harness.result().status).toBe(end);
  });
});
