import type { LaunchesHarness } from '../launches/launches.contract.ts';
import { createMemoryLaunches } from '../launches/memory-launches.ts';

const START_MS = 1_764_000_000_000;

export async function memoryLaunchesHarness(): Promise<LaunchesHarness> {
  let nowMs = START_MS;
  return {
    launches: createMemoryLaunches({ now: () => nowMs }),
    now: async () => nowMs,
    passTime: async (ms) => {
      nowMs += ms;
    },
  };
}
