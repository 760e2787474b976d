import { expect, it } from 'vitest';
import { createPairing, type PairingStep } from './pairing.ts';

/** `f1` failed by the event 1, `r2` recovered by the event 2; `x:` before it is another key. */
function run(...steps: readonly string[]): (number | null)[] {
  const pairing = createPairing();
  return steps.map((step, at) => {
    const [, key = '', turn, eventId = ''] = /^(x:)?([fr])(\d)$/.exec(step) ?? [];
    const named: PairingStep['turn'] = turn === 'f' ? 'failed' : 'recovered';
    return pairing.note({ rule: 'r', key, turn: named, eventId, at });
  });
}

it.each([
  ['a recovery without a failure is none', ['r1'], [null]],
  ['a recovery tells since when it had failed', ['f1', 'f2', 'r3'], [0, 1, 0]],
  ['there is one recovery for each time of failing', ['f1', 'r2', 'r3'], [0, 0, null]],
  ['the same recovery again is the same one', ['f1', 'r2', 'r2'], [0, 0, 0]],
  ['it can fail and recover anew', ['f1', 'r2', 'f3', 'r4'], [0, 0, 2, 2]],
  ['the same failure again does not begin anew', ['f1', 'r2', 'f1', 'r3'], [0, 0, 2, null]],
  ['another key is another matter', ['f1', 'x:r2'], [0, null]],
] as const)('%s', (_, steps, expected) => {
  expect(run(...steps)).toEqual(expected);
});
