import { describe, expect, it } from 'vitest';
import { createTokenMemory, tokenDigest } from './token-memory.ts';

const body = (text: string): Buffer => Buffer.from(text);

describe('the memory of tokens', () => {
  it('lets a token come again with the body that it came with first, and with no other', () => {
    const memory = createTokenMemory();
    const fits = (text: string): boolean => memory.fits('t', body(text), 100, 0);
    expect([fits('a'), fits('a'), fits('b'), fits('a')]).toEqual([true, true, false, true]);
  });

  it('keeps a token until it has expired, to the second', () => {
    const memory = createTokenMemory();
    memory.fits('t', body('a'), 100, 0);
    expect(memory.fits('t', body('b'), 200, 100)).toBe(false);
    expect(memory.fits('t', body('b'), 200, 101)).toBe(true);
    expect(memory.fits('t', body('a'), 200, 102)).toBe(false);
  });

  it('forgets the oldest of more than 50,000, and no younger one', () => {
    const memory = createTokenMemory();
    for (let at = 0; at <= 50_000; at += 1) memory.fits(`t${at}`, body('a'), 100, 0);
    expect(memory.fits('t1', body('b'), 100, 0)).toBe(false);
    expect(memory.fits('t50000', body('b'), 100, 0)).toBe(false);
    expect(memory.fits('t0', body('b'), 100, 0)).toBe(true);
  });

  it('names a token by its SHA-256', () => {
    expect(tokenDigest('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
