import { expect, it } from 'vitest';
import { createGate } from './gate.ts';

const never = new AbortController().signal;

function held() {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { work: () => promise, end: () => resolve('done') };
}

it('so many are let through at a time, in their order, also after one that fails', async () => {
  const gate = createGate(1);
  const begun: string[] = [];
  const first = held();
  const failing = gate(async () => {
    begun.push('first');
    await first.work();
    throw new Error('no');
  }, never);
  const rest = ['second', 'third'].map((name) => gate(async () => begun.push(name), never));
  expect(begun).toEqual([]);
  await Promise.resolve();
  expect(begun).toEqual(['first']);
  first.end();
  await expect(failing).rejects.toThrow('no');
  await Promise.all(rest);
  expect(begun).toEqual(['first', 'second', 'third']);
});

it('who is aborted before its turn is passed over, and no turn is lost', async () => {
  const gate = createGate(1);
  const first = held();
  const held1 = gate(first.work, never);
  const aborting = new AbortController();
  const second = gate(async () => 'never', aborting.signal);
  const third = gate(async () => 'third', never);
  aborting.abort(new Error('drain'));
  await expect(second).rejects.toThrow('drain');
  await expect(gate(async () => 'never', aborting.signal)).rejects.toThrow('drain');
  first.end();
  expect(await Promise.all([held1, third])).toEqual(['done', 'third']);
  expect(await gate(async () => 'later', never)).toBe('later');
});
