import { describe, expect, it } from 'vitest';
import type { Outcome } from '../jobs/kinds.ts';
import { nextTurn, outcomeOf, scriptOf, type Turn } from './turns.ts';

const script = (turns: unknown): string => `simulate: ${JSON.stringify({ turns })}`;

describe('the script of an interaction', () => {
  it('is a line of its text, among others', () => {
    const texts = ['Hello', `Where is my order?\n  ${script([{ text: 'Done.' }])}\nThank you`];
    expect(scriptOf(texts)?.turn).toEqual({ text: 'Done.' });
  });

  it.each(['', 'Hello', 'simulate: the weather', `Please ${script([{ text: 'x' }])}`])(
    'is none in %j',
    (text) => {
      expect(scriptOf([text])).toBeNull();
    },
  );

  it('goes on turn by turn, and is over after the last', () => {
    const calls = [{ name: 'get_order', arguments: { order_id: 'A17' } }, { name: 'stop' }];
    const first = scriptOf([script([{ calls, afterMs: 5 }, { text: 'Done.' }])]);
    expect(first?.turn).toEqual({
      calls: [calls[0], { name: 'stop', arguments: {} }],
      afterMs: 5,
    });
    const second = first === null ? null : nextTurn(first);
    expect(second?.turn).toEqual({ text: 'Done.' });
    expect(second === null ? 'none' : nextTurn(second)).toBeNull();
  });

  it.each<[Turn, Outcome]>([
    [{ calls: [{ name: 'f', arguments: {} }] }, 'requires_action'],
    [{ text: '' }, 'succeeded'],
    [{ fails: true }, 'failed'],
    [{ status: 'incomplete' }, 'incomplete'],
    [{ status: 'budget_exceeded' }, 'budget_exceeded'],
  ])('ends with %j as %s', (turn, outcome) => {
    expect(outcomeOf(turn)).toBe(outcome);
  });

  it.each([
    ['simulate: {"turns":', 'not JSON'],
    [script([]), 'turns'],
    [script([{}]), 'exactly one of'],
    [script([{ text: 'x', fails: true }]), 'exactly one of'],
    [script([{ calls: [] }]), 'turns.0.calls'],
    [script([{ calls: [{ name: 'f', args: {} }] }]), 'turns.0.calls.0.args'],
    [script([{ text: 'x', afterMs: -1 }]), 'turns.0.afterMs'],
  ])('is refused where it is %s', (text, words) => {
    expect(() => scriptOf([text])).toThrow(words);
  });
});
