import type { InboxHarness } from '../inbox/inbox.contract.ts';
import { createMemoryInbox } from '../inbox/memory-inbox.ts';

const START_MS = 1_764_000_000_000;

export async function memoryInboxHarness(): Promise<InboxHarness<undefined>> {
  let nowMs = START_MS;
  return {
    inbox: createMemoryInbox({ now: () => nowMs }),
    now: async () => nowMs,
    passTime: async (ms) => {
      nowMs += ms;
    },
  };
}
