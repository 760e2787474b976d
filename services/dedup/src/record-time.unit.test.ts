import { describe, expect, it } from 'vitest';
import { delivery, HOUR_MS, startLogic } from './testing/deliveries.ts';

const WINDOW_MS = 10 * HOUR_MS;
const at = (id: string, hours: number) => delivery(id, {}, hours * HOUR_MS);
const start = () => startLogic({ windowMs: WINDOW_MS });

describe('the window, by the time of records', () => {
  it('publishes an id again when its window has passed, counted from its first delivery', () => {
    const { commit } = start();
    expect(commit(at('a', 1))).toEqual(['batch:a']);
    expect(commit(at('a', 9))).toEqual([]);
    expect(commit(delivery('a', {}, 11 * HOUR_MS - 1))).toEqual([]);
    expect(commit(at('a', 11))).toEqual(['batch:a']);
    expect(commit(at('a', 20))).toEqual([]);
  });

  it('decides the same within one transaction that spans more than a window', () => {
    const { commit } = start();
    expect(commit(at('a', 1), at('a', 10), at('a', 11), at('a', 20))).toEqual([
      'batch:a',
      'batch:a',
    ]);
    expect(commit(at('a', 20))).toEqual([]);
  });

  it('restores an id with the time of its last first delivery', () => {
    const { changelog } = start().logic.process([at('a', 1), at('a', 11)]);
    const { logic, commit } = start();
    changelog.forEach((value) => logic.restore(value));
    expect(commit(at('a', 20))).toEqual([]);
    expect(commit(at('a', 21))).toEqual(['batch:a']);
  });

  it('publishes a record whose time is far behind the newest one, and drops its repeats all the same', () => {
    const { commit } = start();
    expect(commit(at('a', 100))).toEqual(['batch:a']);
    // As if it came now: a store that went by its own time would have forgotten it at once.
    expect(commit(at('late', 1), at('late', 1))).toEqual(['batch:late']);
    expect(commit(at('late', 2))).toEqual([]);
    expect(commit(at('late', 109))).toEqual([]);
    expect(commit(at('late', 110))).toEqual(['batch:late']);
  });

  it('keeps the own time of a late record in what it publishes', () => {
    const { logic } = start();
    const { output } = logic.process([at('a', 100), at('late', 1)]);
    expect(output.map(({ timestamp }) => timestamp / HOUR_MS)).toEqual([100, 1]);
  });

  it('has forgotten an id when the partition has gone on for a window, whatever time its repeat has', () => {
    const { commit } = start();
    commit(at('a', 1));
    commit(at('b', 11));
    expect(commit(at('a', 2))).toEqual(['batch:a']);
  });

  it('goes on after a restore with the time that the changelog knows', () => {
    const { changelog } = start().logic.process([at('a', 100)]);
    const { logic, commit } = start();
    changelog.forEach((value) => logic.restore(value));
    expect(commit(at('late', 1))).toEqual(['batch:late']);
    expect(commit(at('late', 109))).toEqual([]);
  });

  it('takes no time from an aborted transaction', () => {
    const { logic, commit } = start();
    commit(at('a', 1));
    logic.process([at('b', 50)]);
    logic.discard();
    expect(commit(at('a', 2))).toEqual([]);
  });

  it('gives the memory of a passed window back', () => {
    const { logic, commit } = start();
    commit(at('a', 1));
    commit(at('b', 30));
    expect(logic.stats().ids).toBe(1);
  });
});
