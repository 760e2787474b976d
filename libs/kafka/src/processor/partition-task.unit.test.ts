import { describe, expect, it } from 'vitest';
import { fitBatch } from './partition-task.ts';

describe('a batch', () => {
  it('is taken when it begins where the task stands', () => {
    expect(fitBatch({ position: 5n, soughtTo: -1n }, 5n)).toBe('take');
  });

  it('is left and sought when it begins before the position, or behind it unsought', () => {
    expect(fitBatch({ position: 5n, soughtTo: -1n }, 3n)).toBe('seek');
    expect(fitBatch({ position: 5n, soughtTo: -1n }, 9n)).toBe('seek');
  });

  it('asks for new preparations when it begins before a position that was sought', () => {
    expect(fitBatch({ position: 5n, soughtTo: 5n }, 3n)).toBe('prepare');
  });

  it('is taken with the gap when the position was sought and the log begins behind it', () => {
    expect(fitBatch({ position: 5n, soughtTo: 5n }, 9n)).toBe('take-after-gap');
  });
});
