import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyHash } from './key-hash.ts';
import { readRow } from './read-row.ts';
import { skimLines } from './skim-lines.ts';
import { NO_COUNT, USAGE_FIELDS, type Usage } from './usage-fields.ts';

const readWhole = (bytes: Buffer) =>
  readRow({ bytes, offset: 0, length: bytes.length, isCut: false });

/**
 * Skims lines and expects each of them once, in order: as an answer, where reading it as a whole says the
 * same, or as something else.
 * @returns how many were answers
 */
function skim(block: Buffer): number {
  const lines = block.toString('latin1').split('\n');
  let line = 0;
  let start = 0;
  let answers = 0;
  let rows: NonNullable<ReturnType<typeof readRow>>[] = [];
  const take = (place: number, length: number): Buffer => {
    expect([place, length]).toEqual([start, lines[line]?.length]);
    line += 1;
    start += length + 1;
    return block.subarray(place, place + length);
  };
  skimLines(block, {
    onAnswer(hash, place, length) {
      const row = readWhole(take(place, length));
      expect(row?.failure).toBeNull();
      expect(keyHash(row?.key ?? '?')).toBe(hash);
      if (row !== null) rows.push(row);
    },
    onAnswers(count, sums, model) {
      expect(count).toBe(rows.length);
      expect(Array.from(sums)).toEqual(sumsOf(rows.map(({ usage }) => usage)));
      expect(model).toBe(rows.find((row) => row.model !== null)?.model ?? null);
      answers += count;
      rows = [];
    },
    onOther(place, length) {
      expect(rows).toEqual([]);
      take(place, length);
    },
  });
  expect(line).toBe(lines.length);
  expect(rows).toEqual([]);
  return answers;
}

function sumsOf(usages: readonly (Usage | null)[]): number[] {
  return USAGE_FIELDS.map((_, field) => {
    const counts = usages.map((each) => each?.[field] ?? NO_COUNT).filter((each) => each >= 0);
    return counts.length === 0 ? NO_COUNT : counts.reduce((sum, each) => sum + each);
  });
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

/** The row, with some of its bytes replaced by others. */
const spoiled = fc
  .record({
    text: row,
    at: fc.nat(),
    drop: fc.nat(3),
    put: fc.uint8Array({ maxLength: 3 }),
  })
  .map(({ text, at, drop, put }) => {
    const bytes = Buffer.from(text);
    const from = at % bytes.length;
    return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + drop)]);
  });

describe('lines that are skimmed', () => {
  it('say what they say as a whole', () => {
    let answers = 0;
    const lines = fc.array(row, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lines, (texts) => {
        answers += skim(Buffer.from(texts.join('\n')));
      }),
      { numRuns: 1_000 },
    );
    expect(answers).toBeGreaterThan(200);
  });

  it('say so too where some of their bytes are others', () => {
    let answers = 0;
    const lines = fc.array(spoiled, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(lines, (all) => {
        const [first = Buffer.alloc(0), ...rest] = all;
        const block = rest.reduce(
          (sum, each) => Buffer.concat([sum, Buffer.from('\n'), each]),
          first,
        );
        answers += skim(block);
      }),
      { numRuns: 4_000 },
    );
    expect(answers).toBeGreaterThan(500);
  });

  it('are each given once, however many and however long', () => {
    const answer = '{"key":"k","response":{"candidates":[{"content":{"parts":[{"text":"@"}]}}]}}';
    const short = answer.replace('@', 'a');
    const long = answer.replace('@', 'é'.repeat(400_000));
    expect(skim(Buffer.from(Array.from({ length: 1_300 }, () => short).join('\n')))).toBe(1_300);
    expect(skim(Buffer.from(`${short}\n${long}\n\n${short}\n`))).toBe(3);
    expect(skim(Buffer.from(''))).toBe(0);
    expect(skim(Buffer.from('\n\n'))).toBe(0);
  });

  it.each([
    '{"key":"k","response":{"candidates":[{"content":{"parts":[{}]}}]}}',
    ' {"response": {"usageMetadata": {"totalTokenCount": 7}, "modelVersion": "m", "candidates": [{"content": {"role": "model", "parts": [{"text": "a\\u0000\\"b"}]}}]}, "key": "k"}\t',
    '{"key":"","response":{"candidates":[{},{"content":{"parts":[1]}}],"more":[-0.5e+3,true,false,null]}}',
  ])('are answers: %s', (text) => {
    expect(skim(Buffer.from(text))).toBe(1);
    // Wherever it begins, and whatever comes after it.
    for (const before of ['', 'a', 'bcdefgh']) {
      for (const after of ['', '}', '"', '{"key":"l"}']) {
        expect(skim(Buffer.from(`${before}\n${text}\n${after}`))).toBe(1);
      }
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
    '{"key":"k","response":{"candidates":[{"content":{"parts":[{}]}}]}',
  ])('are none where they may mean something else: %s', (text) => {
    expect(skim(Buffer.from(text))).toBe(0);
    // What is missing is not found in the next line.
    expect(skim(Buffer.from(`${text}\n}`))).toBe(0);
  });
});
