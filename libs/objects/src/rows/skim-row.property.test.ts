import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyHash } from './key-hash.ts';
import { readRow } from './read-row.ts';
import { createRowSkimmer } from './skim-row.ts';
import { USAGE_FIELDS } from './usage-fields.ts';

const skimmer = createRowSkimmer();
const readWhole = (bytes: Buffer) =>
  readRow({ bytes, offset: 0, length: bytes.length, isCut: false });

/** Either it does not skim the line, or it says what reading it as a whole says. */
function expectSame(line: Buffer): boolean {
  if (!skimmer.skim(line)) return false;
  const row = readWhole(line);
  expect(row?.failure).toBeNull();
  expect(keyHash(row?.key ?? '?')).toBe(skimmer.keyHash);
  expect(skimmer.model).toBe(row?.model);
  expect(Array.from(skimmer.usage)).toEqual(row?.usage ?? USAGE_FIELDS.map(() => -1));
  return true;
}

/** A value for a member: mostly one of its kind. */
const mostly = <Value>(usual: fc.Arbitrary<Value>) =>
  fc.oneof<fc.MaybeWeightedArbitrary<unknown>[]>({ weight: 12, arbitrary: usual }, fc.jsonValue());
const part = fc.record({ text: fc.string({ unit: 'binary', maxLength: 40 }) });
const content = mostly(
  fc.record({ parts: mostly(fc.array(part, { minLength: 1, maxLength: 2 })) }),
);
const candidate = mostly(fc.record({ content, finishReason: mostly(fc.constant('STOP')) }));
const usage = fc.dictionary(fc.constantFrom(...USAGE_FIELDS), fc.nat(), { maxKeys: 3 });
const rarely = (member: string) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constant<object>({}) },
    fc.jsonValue().map((value): object => ({ [member]: value })),
  );
const response = fc
  .tuple(
    fc.record({ candidates: mostly(fc.array(candidate, { minLength: 1, maxLength: 2 })) }),
    fc.record({ usageMetadata: mostly(usage), modelVersion: mostly(fc.constant('gemini')) }),
    rarely('promptFeedback'),
    rarely('other'),
  )
  .map((parts): object => Object.assign({}, ...parts) as object);
const row = fc
  .tuple(
    fc.record({ key: mostly(fc.string({ maxLength: 12 })), response: mostly(response) }),
    rarely('error'),
    rarely('metadata'),
    fc.constantFrom(0, 1),
  )
  .map(([known, error, metadata, indent]) => oneLine({ ...known, ...error, ...metadata }, indent));

function oneLine(value: unknown, indent: number): string {
  return JSON.stringify(value, null, indent).replaceAll('\n', ' ');
}

describe('a row that is skimmed', () => {
  it('says what it says as a whole', () => {
    let skimmed = 0;
    fc.assert(
      fc.property(row, (text) => {
        skimmed += Number(expectSame(Buffer.from(text)));
      }),
      { numRuns: 2_000 },
    );
    expect(skimmed).toBeGreaterThan(200);
  });

  it('says so too where some of its bytes are others', () => {
    let skimmed = 0;
    const change = fc.record({
      at: fc.nat(),
      drop: fc.nat(3),
      put: fc.uint8Array({ maxLength: 3 }),
    });
    fc.assert(
      fc.property(row, change, (text, { at, drop, put }) => {
        const bytes = Buffer.from(text);
        const from = at % bytes.length;
        const [before, after] = [bytes.subarray(0, from), bytes.subarray(from + drop)];
        const line = Buffer.concat([before, put, after]);
        if (!line.includes(0x0a)) skimmed += Number(expectSame(line));
      }),
      { numRuns: 5_000 },
    );
    expect(skimmed).toBeGreaterThan(500);
  });

  it.each([
    '{"key":"k","response":{"candidates":[{"content":{"parts":[{}]}}]}}',
    ' {"response": {"usageMetadata": {"totalTokenCount": 7}, "modelVersion": "m", "candidates": [{"content": {"role": "model", "parts": [{"text": "a\\u0000\\"b"}]}}]}, "key": "k"}\t',
    '{"key":"","response":{"candidates":[{},{"content":{"parts":[1]}}],"more":[-0.5e+3,true,false,null]}}',
  ])('is one with an answer: %s', (text) => {
    expect(expectSame(Buffer.from(text))).toBe(true);
    // Wherever it begins in its memory.
    for (const before of ['a', 'bc', 'def']) {
      const memory = Buffer.from(`${before}${text}"`);
      expect(expectSame(memory.subarray(before.length, memory.length - 1))).toBe(true);
    }
  });

  it.each([
    '{"key":"k","key":"l","response":{"candidates":[{"content":{"parts":[{}]}}]}}',
    '{"key":"k","k\\u0065y":"l","response":{"candidates":[{"content":{"parts":[{}]}}]}}',
    '{"key":"k","response":{"candidates":[{"content":{"parts":[{}]},"content":{}}]}}',
    '{"key":"k","response":{"candidates":[{"content":{"parts":[{}]}}]},"response":{}}',
    '{"key":"k","response":{"candidates":[{"content":{"parts":[{"text":"\t"}]}}]}}',
    '{"key":"k","response":{"candidates":[{"content":{"parts":[{}]}}]},"error":null}',
    '{"key":"k","response":{"candidates":[{"content":{"parts":@}}]}}'.replace(
      '@',
      '['.repeat(99) + ']'.repeat(99),
    ),
  ])('is not one that may mean something else: %s', (text) => {
    expect(skimmer.skim(Buffer.from(text))).toBe(false);
  });
});
