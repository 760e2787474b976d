import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowSplitter } from './row-splitter.ts';

interface Split {
  readonly rows: readonly unknown[];
  readonly rest: unknown;
}

function split(text: string, cuts: readonly number[] = [], limits: object = {}): Split {
  const rows: unknown[] = [];
  const splitter = createRowSplitter({
    arrayName: 'inlinedResponses',
    maxRowBytes: 1_000_000,
    maxRestBytes: 1_000_000,
    ...limits,
    onRow: (json) => rows.push(JSON.parse(json.toString())),
  });
  const bytes = Buffer.from(text);
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    const chunk = Buffer.from(bytes.subarray(from, end));
    splitter.push(chunk);
    // Whoever pushes may use the chunk again.
    chunk.fill(0x7b);
    from = end;
  }
  return { rows, rest: splitter.end() };
}

const rowArbitrary = fc.oneof(
  fc.record({
    response: fc.json().map((text) => JSON.parse(text) as unknown),
    metadata: fc.constant({ key: 'k' }),
  }),
  fc.dictionary(
    fc.oneof(fc.string(), fc.constant('inlinedResponses')),
    fc.oneof(fc.string(), fc.constant(['x'])),
  ),
);

describe('rows out of a JSON text', () => {
  it('are the same as those of the whole text, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(rowArbitrary, { minLength: 1 }),
        fc.json(),
        fc.array(fc.nat()),
        fc.constantFrom(0, 1, 2),
        (rows, other, cuts, indent) => {
          const output = { inlinedResponses: { inlinedResponses: rows } };
          const job = {
            name: 'batches/b1',
            other: JSON.parse(other) as unknown,
            metadata: { output },
            response: output,
          };
          const found = split(JSON.stringify(job, null, indent), cuts);
          // `other` may hold such an array of its own: then that is the first.
          if (JSON.stringify(job.other).includes('inlinedResponses')) return;
          expect(found.rows).toEqual(JSON.parse(JSON.stringify(rows)));
          const empty = { inlinedResponses: { inlinedResponses: [] } };
          expect(found.rest).toEqual(
            JSON.parse(JSON.stringify({ ...job, metadata: { output: empty }, response: empty })),
          );
        },
      ),
    );
  });

  it('come from the second place where the first is empty', () => {
    const text = '{"metadata":{"inlinedResponses":[]},"response":{"inlinedResponses":[{"a":1}]}}';
    expect(split(text).rows).toEqual([{ a: 1 }]);
  });

  it('are not found in a text that only speaks of them', () => {
    const text = JSON.stringify({
      displayName: '"inlinedResponses":[{"a":1}]',
      list: ['inlinedResponses', ['x']],
    });
    expect(split(text)).toEqual({ rows: [], rest: JSON.parse(text) });
  });

  it('have a limit, as has the rest', () => {
    const long = JSON.stringify({ inlinedResponses: [{ a: 'x'.repeat(1_000) }] });
    expect(() => split(long, [], { maxRowBytes: 500 })).toThrow(/longer than 500/);
    expect(() =>
      split(JSON.stringify({ a: 'x'.repeat(1_000) }), [], { maxRestBytes: 500 }),
    ).toThrow(/longer than 500/);
  });

  it.each(['', '{', '{"inlinedResponses":[{"a":1}', '<html>', '{"a":1}}'])(
    'are refused with the text that is no JSON: %j',
    (text) => {
      expect(() => split(text)).toThrow(SyntaxError);
    },
  );
});
