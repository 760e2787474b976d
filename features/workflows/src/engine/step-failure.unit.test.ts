import { BridgeError } from '@gemini-events/events';
import { describe, expect, it } from 'vitest';
import { failedStepOf, failureOf, openFailure, sealFailure } from './step-failure.ts';

describe('what is told of an error', () => {
  it.each<[string, unknown, string, string]>([
    ['one of ours', new BridgeError('ERR_GEMINI_QUOTA', 'full'), 'ERR_GEMINI_QUOTA', 'full'],
    ['a foreign one', new Error('broken'), 'ERR_UNEXPECTED', 'broken'],
    [
      'one with a code of a system call',
      Object.assign(new Error('x'), { code: 'ECONNRESET' }),
      'ERR_UNEXPECTED',
      'x',
    ],
    ['a text', 'broken', 'ERR_UNEXPECTED', 'broken'],
    ['nothing', undefined, 'ERR_UNEXPECTED', 'undefined'],
    ['an object', { message: 5 }, 'ERR_UNEXPECTED', '[object Object]'],
  ])('has a code and a text: %s', (_, error, code, message) => {
    expect(failureOf(error)).toEqual({ code, message });
  });

  it('is no longer than what is kept', () => {
    expect(failureOf(new Error('x'.repeat(10_000))).message).toHaveLength(2_000);
  });
});

describe('the failure of a step', () => {
  /** As the engine keeps it: of no class of ours any more. */
  const kept = (error: unknown): unknown => {
    const { name, message, ...more } = sealFailure(error, 3) as Error & object;
    return Object.assign(new Error(message), { name, ...more });
  };

  it.each([
    ['now', (error: unknown) => sealFailure(error, 3)],
    ['after a crash', kept],
  ])('is the same %s', (_, seal) => {
    const opened = openFailure(seal(new BridgeError('ERR_GEMINI_QUOTA', 'full')));
    expect(opened).toBeInstanceOf(BridgeError);
    expect(opened).toMatchObject({ code: 'ERR_GEMINI_QUOTA', message: 'full' });
  });

  it('with a code that is none of ours keeps it beside the usual one', () => {
    const foreign = Object.assign(new Error('x'), { code: 'ERR_OF_A_TEAM' });
    expect(openFailure(sealFailure(foreign, 3))).toMatchObject({
      code: 'ERR_UNEXPECTED',
      data: { code: 'ERR_OF_A_TEAM' },
    });
  });

  it('says which step it was, also where the workflow has wrapped it', () => {
    const opened = openFailure(sealFailure(new Error('x'), 3));
    expect(failedStepOf(opened)).toBe(3);
    expect(failedStepOf(new Error('could not look', { cause: opened }))).toBe(3);
    for (const other of [new Error('x'), 'x', null]) expect(failedStepOf(other)).toBeNull();
  });

  it('is not made of what the engine itself throws', () => {
    for (const error of [new Error('cancelled'), 'text', null, undefined]) {
      expect(openFailure(error)).toBe(error);
    }
  });
});
