import { describe, expect, it } from 'vitest';
import { batchId, jobId, randomId, webhookId } from './ids.ts';

describe('ids', () => {
  it('are small letters and digits of the length that was asked for, a fresh one each time', () => {
    const ids = Array.from({ length: 100 }, () => randomId(24));
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]{24}$/);
  });

  it('of batches have 36 characters, with a run and without', () => {
    expect(batchId(null, 0)).toMatch(/^[a-z0-9]{36}$/);
    expect(batchId('soak-abcdefghij', 7)).toMatch(/^soak-abcdefghij-0+7$/);
    expect(batchId('soak-abcdefghij', 7)).toHaveLength(36);
    expect(batchId('sixteen-letters-abcdefghij', 999_999)).toHaveLength(36);
  });

  it('of the jobs of one run are all different', () => {
    const indices = Array.from({ length: 2_000 }, (_, index) => index);
    expect(new Set(indices.map((index) => jobId('run', index))).size).toBe(2_000);
    expect(new Set(indices.map((index) => batchId('run', index))).size).toBe(2_000);
  });

  it('of events are msg_ and a UUID', () => {
    expect(webhookId()).toMatch(/^msg_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(webhookId()).not.toBe(webhookId());
  });
});
