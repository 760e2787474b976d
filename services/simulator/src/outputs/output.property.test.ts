import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputRow } from '../jobs/job.ts';
import { testJob } from '../testing/fixtures.ts';
import { rowCounts } from './batch-output.ts';
import { outputOf, sha256Of } from './output.ts';
import type { Output } from './output-type.ts';

/** Below this a single line does not fit. */
const LEAST_BATCH_BYTES = 384;
/** Several chunks of 64 KiB, and sizes around the rows' own length more often. */
const sizes = fc.oneof(
  fc.integer({ min: LEAST_BATCH_BYTES, max: 4_200 }),
  fc.integer({ min: 4_200, max: 200_000 }),
);
const ids = fc.stringMatching(/^[a-z0-9-]{1,36}$/);

const batch = (id: string, outputBytes: number) =>
  outputOf(testJob({ name: `batches/${id}`, outputBytes }));
const video = (id: string, outputBytes: number) =>
  outputOf(
    testJob({ name: `models/veo/operations/${id}`, request: { kind: 'video' }, outputBytes }),
  );

const bytesOf = (output: Output, start = 0, end = output.size): Buffer =>
  Buffer.concat([...output.chunks(start, end)]);

/** Two offsets of a size, the smaller first. */
const slices = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(70_000));
function place([share, length]: [number, number], size: number): { start: number; end: number } {
  const start = Math.floor(share * size);
  return { start, end: Math.min(size, start + length) };
}

interface Line {
  readonly key: string;
  readonly response?: object;
  readonly error?: object;
}
const linesOf = (output: Output): Line[] =>
  bytesOf(output)
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

describe('the output of a batch', () => {
  it('has exactly the size that was asked for', () => {
    fc.assert(
      fc.property(ids, sizes, (id, bytes) => {
        const output = batch(id, bytes);
        expect(output.size).toBe(bytes);
        expect(bytesOf(output)).toHaveLength(bytes);
      }),
    );
  });

  it('is one line of JSON with a key of its own per row, a response or an error on each', () => {
    fc.assert(
      fc.property(ids, sizes, (id, bytes) => {
        const output = batch(id, bytes);
        const lines = linesOf(output);
        expect(bytesOf(output).at(-1)).toBe(0x0a);
        expect(lines.map(({ key }) => key)).toEqual(
          lines.map((_, index) => `request-${index + 1}`),
        );
        for (const { response, error } of lines) {
          expect((response === undefined) !== (error === undefined)).toBe(true);
        }
        const failed = lines.filter(({ error }) => error !== undefined).length;
        expect(rowCounts(testJob({ outputBytes: bytes }))).toEqual({ total: lines.length, failed });
      }),
    );
  });

  it('gives for any range the bytes that the whole has there', () => {
    fc.assert(
      fc.property(ids, sizes, slices, (id, bytes, slice) => {
        const { start, end } = place(slice, bytes);
        const output = batch(id, bytes);
        expect(bytesOf(output, start, end).equals(bytesOf(output).subarray(start, end))).toBe(true);
      }),
    );
  });

  it('can be put together byte by byte', () => {
    const output = batch('b1', 3_000);
    const bytes = Array.from({ length: output.size }, (_, at) => bytesOf(output, at, at + 1));
    expect(Buffer.concat(bytes).equals(bytesOf(output))).toBe(true);
  });

  it('is one whole line where less is asked for than a line needs', () => {
    const output = batch('b1', 1);
    expect(linesOf(output)).toHaveLength(1);
    expect(bytesOf(output)).toHaveLength(output.size);
  });
});

describe('the output of a batch over an uploaded file', () => {
  const rows = fc.array(
    fc.record({ key: fc.option(fc.string()), answer: fc.option(fc.string({ maxLength: 20_000 })) }),
    { minLength: 1, maxLength: 60 },
  );
  const over = (known: readonly InputRow[]) =>
    outputOf(
      testJob({
        request: { kind: 'batch', displayName: '', inputFile: 'files/in', rows: known },
      }),
    );

  it('has a line for each request, under its key, and for any range the bytes of the whole', () => {
    fc.assert(
      fc.property(rows, slices, (known, slice) => {
        const output = over(known);
        const whole = bytesOf(output);
        expect(whole).toHaveLength(output.size);
        expect(linesOf(output).map(({ key }) => key ?? null)).toEqual(known.map(({ key }) => key));
        const { start, end } = place(slice, output.size);
        expect(bytesOf(output, start, end).equals(whole.subarray(start, end))).toBe(true);
      }),
    );
  });
});

describe('the output of a video', () => {
  const videoSizes = fc.oneof(
    fc.integer({ min: 1, max: 100 }),
    fc.integer({ min: 65_000, max: 66_000 }),
    fc.integer({ min: 1, max: 300_000 }),
  );

  it('has exactly the size that was asked for, and for any range the bytes of the whole', () => {
    fc.assert(
      fc.property(ids, videoSizes, slices, (id, bytes, slice) => {
        const { start, end } = place(slice, bytes);
        const output = video(id, bytes);
        const whole = bytesOf(output);
        expect([output.size, whole.length]).toEqual([bytes, bytes]);
        expect(bytesOf(output, start, end).equals(whole.subarray(start, end))).toBe(true);
      }),
    );
  });
});

describe('the digest of an output', () => {
  it('is that of its bytes', async () => {
    const made = fc.oneof(
      fc.tuple(ids, sizes).map((order) => batch(...order)),
      fc.tuple(ids, sizes).map((order) => video(...order)),
    );
    await fc.assert(
      fc.asyncProperty(made, async (output) => {
        const expected = createHash('sha256').update(bytesOf(output)).digest('base64');
        expect(await sha256Of(output)).toBe(expected);
      }),
    );
  });

  it('holds for an output of many chunks too', async () => {
    const output = video('long', 5_000_000);
    const expected = createHash('sha256').update(bytesOf(output)).digest('base64');
    expect(await sha256Of(output)).toBe(expected);
  });

  it('differs between jobs', async () => {
    expect(await sha256Of(batch('b1', 2_048))).not.toBe(await sha256Of(batch('b2', 2_048)));
    expect(await sha256Of(video('o1', 2_048))).not.toBe(await sha256Of(video('o2', 2_048)));
  });
});
