import type { LaunchesHarness } from '../launches.contract.ts';
import { createMemoryLaunches } from '../memory-launches.ts';

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
