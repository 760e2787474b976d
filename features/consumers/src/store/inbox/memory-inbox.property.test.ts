import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inboxCommands } from '../testing/inbox-commands.ts';
import { InboxModel } from '../testing/inbox-model.ts';
import { memoryInboxHarness } from '../testing/memory-inbox-harness.ts';

it('the inbox in memory answers like a plain table, whatever happens in which order', async () => {
  const checked = fc.assert(
    fc.asyncProperty(inboxCommands(60), async (commands) => {
      const real = await memoryInboxHarness();
      await fc.asyncModelRun(() => ({ model: new InboxModel(), real }), commands);
    }),
    { numRuns: 300 },
  );
  await expect(checked).resolves.toBeUndefined();
});
