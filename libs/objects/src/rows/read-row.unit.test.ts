import { describe, expect, it } from 'vitest';
import { readRow } from './read-row.ts';
import { createRowCounter } from './row-summary.ts';

const read = (text: string, isCut = false) =>
  readRow({ bytes: Buffer.from(text), offset: 0, length: text.length, isCut });
const answer = { candidates: [{ content: { parts: [{ text: 'hi' }] }, finishReason: 'STOP' }] };
const row = (fields: object) => JSON.stringify({ key: 'k1', ...fields });

describe('a row of a batch', () => {
  it.each([
    ['an answer', { response: answer }],
    [
      'an answer that was cut off',
      {
        response: {
          candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason: 'MAX_TOKENS' }],
        },
      },
    ],
    [
      'a function call',
      { response: { candidates: [{ content: { parts: [{ functionCall: {} }] } }] } },
    ],
    ['an embedding', { response: { embedding: { values: [1] } } }],
    ['an answer beside an empty error', { response: answer, error: null }],
  ])('has succeeded with %s', (_, fields) => {
    expect(read(row(fields))).toMatchObject({ key: 'k1', failure: null });
  });

  it.each<[string, string, object]>([
    ['its error', 'error', { error: { code: 3, message: 'no' } }],
    ['an error beside an answer', 'error', { error: { code: 3 }, response: answer }],
    ['neither answer nor error', 'no_answer', {}],
    ['a null answer', 'no_answer', { response: null }],
    ['an empty answer', 'no_answer', { response: {} }],
    ['no candidates', 'no_answer', { response: { candidates: [] } }],
    ['a blocked prompt', 'SAFETY', { response: { promptFeedback: { blockReason: 'SAFETY' } } }],
    ['a blocked answer', 'SAFETY', { response: { candidates: [{ finishReason: 'SAFETY' }] } }],
    [
      'an empty answer that was cut off',
      'MAX_TOKENS',
      { response: { candidates: [{ content: { parts: [] }, finishReason: 'MAX_TOKENS' }] } },
    ],
    ['a reason that is no name', 'other', { response: { promptFeedback: { blockReason: 'x y' } } }],
  ])('has failed with %s: %s', (_, reason, fields) => {
    expect(read(row(fields))).toMatchObject({ key: 'k1', failure: { reason } });
  });

  it.each(['{', 'null', '[]', '"text"', '{"key":"k1"} x', '\u0000'])(
    'is unreadable: %j',
    (text) => {
      expect(read(text)).toMatchObject({ failure: { reason: 'invalid_json' } });
    },
  );

  it.each(['', '  ', '\r'])('is none in a line of white space: %j', (text) => {
    expect(read(text)).toBeNull();
  });

  it('has its key under metadata too, or none', () => {
    expect(read(JSON.stringify({ metadata: { key: 'k2' }, response: answer }))?.key).toBe('k2');
    expect(read(JSON.stringify({ key: 7, response: answer }))?.key).toBeNull();
    expect(read(JSON.stringify({ key: 'k'.repeat(2_000), response: answer }))?.key).toBeNull();
  });

  it('has its key also where the line is too long to be looked into', () => {
    expect(read('{ "key" : "a\\"b", "response": {"x', true)).toMatchObject({
      key: 'a"b',
      failure: null,
    });
    expect(read('{"response": {"x', true)).toMatchObject({ key: null, failure: null });
  });
});

describe('what the rows of a batch came to', () => {
  it('counts rows, failures by reason, tokens', () => {
    const counter = createRowCounter();
    const usageMetadata = {
      promptTokenCount: 2,
      totalTokenCount: 5,
      trafficType: 'x',
      thoughtsTokenCount: -1,
    };
    counter.add(read(row({ response: { ...answer, usageMetadata, modelVersion: 'm' } })));
    counter.add(read(''));
    counter.add(read(row({ error: { code: 3, message: 'no' } })));
    counter.add(read('{'));
    counter.add(read(row({ response: { ...answer, usageMetadata } })));
    expect(counter.summary(1)).toEqual({
      rows: 4,
      succeeded: 2,
      failed: 2,
      emptyLines: 1,
      withoutKey: 1,
      repeatedKeys: 1,
      reasons: { error: 1, invalid_json: 1 },
      failures: [
        { line: 3, key: 'k1', reason: 'error', message: '3: no' },
        { line: 4, key: null, reason: 'invalid_json', message: null },
      ],
      usage: { promptTokenCount: 4, totalTokenCount: 10 },
      model: 'm',
    });
  });

  it('keeps a bounded number of failures and of reasons', () => {
    const counter = createRowCounter();
    for (let at = 0; at < 1_000; at += 1) {
      counter.add(read(row({ response: { promptFeedback: { blockReason: `R${at}` } } })));
    }
    const { failures, reasons, failed } = counter.summary(0);
    expect(failed).toBe(1_000);
    expect(failures.length).toBeLessThanOrEqual(100);
    expect(Object.keys(reasons).length).toBeLessThanOrEqual(40);
    expect(Object.values(reasons).reduce((sum, count) => sum + count, 0)).toBe(1_000);
  });
});
