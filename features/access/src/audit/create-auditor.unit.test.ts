import { describe, expect, it } from 'vitest';
import { createAuditor } from './create-auditor.ts';

const entry = { actor: 'token/1', action: 'run.cancel', target: 'r1', detail: { why: 'x' } };

describe('the auditor of an API', () => {
  it('writes who did what on what, and is done when that is acknowledged', async () => {
    const written: unknown[] = [];
    const audit = createAuditor({
      topic: 'audit',
      publish: ({ topic, key, value }) => {
        written.push([topic, key.toString(), JSON.parse(value.toString())]);
        return Promise.resolve();
      },
      encode: (record) => Buffer.from(JSON.stringify(record)),
      signal: new AbortController().signal,
      now: () => 7,
    });
    await audit(entry);
    const value = {
      actor: 'token/1',
      action: 'run.cancel',
      subject: 'r1',
      reason: null,
      details: { why: 'x' },
      at: 7,
    };
    expect(written).toEqual([['audit', 'token/1', { name: 'AuditEntry', value }]]);
  });

  it('waits no longer once the process ends', async () => {
    const ending = new AbortController();
    const audit = createAuditor({
      topic: 'audit',
      publish: (_record, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
      encode: () => Buffer.from(''),
      signal: ending.signal,
      now: () => 7,
    });
    const audited = audit(entry);
    ending.abort(new Error('the process ends'));
    await expect(audited).rejects.toThrow('the process ends');
  });
});
