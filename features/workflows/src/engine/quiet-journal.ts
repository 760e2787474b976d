import type { RunJournal } from '../store/run-journal.ts';

/** Counts the attempts of one step and keeps nothing. */
export function createQuietJournal(): RunJournal {
  let begun = 0;
  const nothing = async (): Promise<void> => undefined;
  return {
    async begin() {
      begun += 1;
      return { attempt: begun, failed: begun - 1, cutOff: 0 };
    },
    done: nothing,
    failed: nothing,
    of: async () => [],
  };
}
