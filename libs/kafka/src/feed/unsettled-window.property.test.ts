import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Run, UnsettledWindow } from './unsettled-window.ts';

/** A fetch: sizes of records, each some offsets behind the former (markers lie between), and a tail. */
const fetched = fc.record({
  records: fc.array(fc.record({ gap: fc.nat(3), size: fc.nat(50) }), { maxLength: 12 }),
  tail: fc.nat(3),
});
type Fetched = typeof fetched extends fc.Arbitrary<infer Each> ? Each : never;
const step = fc.oneof(
  { weight: 2, arbitrary: fetched.map((value) => ({ kind: 'fetch' as const, value })) },
  { weight: 12, arbitrary: fc.nat().map((value) => ({ kind: 'settle' as const, value })) },
  { weight: 1, arbitrary: fc.nat(500).map((value) => ({ kind: 'restart' as const, value })) },
);

interface Known {
  readonly run: Run;
  readonly index: number;
  readonly offset: number;
  readonly size: number;
  isSettled: boolean;
  isDropped: boolean;
}

/** The same in the simplest form: a list of all records that were ever added. */
class Model {
  readonly all: Known[] = [];
  next: number;

  constructor(position: number) {
    this.next = position;
  }

  get open(): Known[] {
    return this.all.filter(({ isSettled, isDropped }) => !isSettled && !isDropped);
  }

  get watermark(): number {
    return Math.min(this.next, ...this.open.map(({ offset }) => offset));
  }
}

function add(window: UnsettledWindow, model: Model, { records, tail }: Fetched): void {
  let offset = model.next;
  const placed = records.map(({ gap, size }) => {
    offset += gap + 1;
    return { offset: offset - 1, start: 7, end: 7 + size };
  });
  model.next = offset + tail;
  const run = window.add(placed, model.next);
  placed.forEach((each, index) => {
    const size = each.end - each.start;
    model.all.push({ run, index, offset: each.offset, size, isSettled: false, isDropped: false });
  });
}

describe('the window of unsettled records', () => {
  it('knows in any order of settlements what may be committed, and how much waits', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.array(step, { maxLength: 80 }), (position, steps) => {
        const window = new UnsettledWindow(position);
        const model = new Model(position);
        // What each settlement told, and should have told.
        const told: boolean[] = [];
        const expected: boolean[] = [];
        for (const { kind, value } of steps) {
          if (kind === 'fetch') add(window, model, value);
          else if (kind === 'restart') {
            window.restart(value);
            model.next = value;
            for (const each of model.all) each.isDropped = true;
          } else if (model.all.length > 0) {
            // Also such as were settled before, or belong to the time before a restart.
            const known = model.all[value % model.all.length] as Known;
            told.push(window.settle(known.run, known.index));
            expected.push(!known.isSettled && !known.isDropped);
            known.isSettled = true;
          }
          expect(told).toEqual(expected);
          expect(window.watermark).toBe(model.watermark);
          expect(window.next).toBe(model.next);
          expect(window.records).toBe(model.open.length);
          expect(window.bytes).toBe(model.open.reduce((sum, { size }) => sum + size, 0));
        }
      }),
    );
  });

  it('comes to its end once all is settled', () => {
    const orders = fc.array(fetched, { minLength: 1, maxLength: 8 }).chain((fetches) =>
      fc.tuple(
        fc.constant(fetches),
        fc.infiniteStream(fc.nat()).map((stream) => stream),
      ),
    );
    fc.assert(
      fc.property(orders, ([fetches, chance]) => {
        const window = new UnsettledWindow(0);
        const model = new Model(0);
        for (const each of fetches) add(window, model, each);
        for (let open = model.open; open.length > 0; open = model.open) {
          const known = open[Number(chance.next().value) % open.length] as Known;
          window.settle(known.run, known.index);
          known.isSettled = true;
        }
        expect([window.watermark, window.records, window.bytes]).toEqual([window.next, 0, 0]);
      }),
    );
  });
});
