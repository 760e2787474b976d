import { expect, it } from 'vitest';
import { memoryInboxHarness } from '../testing/memory-inbox-harness.ts';
import { describeInbox } from './inbox.contract.ts';
import { createMemoryInbox } from './memory-inbox.ts';

describeInbox('inbox in memory', memoryInboxHarness);

it('gives its effects what it was made with', async () => {
  const written: string[] = [];
  const inbox = createMemoryInbox({ now: () => 0, db: written });
  const key = { consumer: 'results', source: 'default', id: 'a' };
  const [claim] = await inbox.claim([{ ...key, mode: 'new', takesOver: false }], 1_000);
  if (claim?.kind === 'claimed') await inbox.complete(claim.lease, async (db) => db.push('effect'));
  expect(written).toEqual(['effect']);
});
