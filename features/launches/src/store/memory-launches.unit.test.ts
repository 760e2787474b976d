import { describeLaunches } from './launches.contract.ts';
import { memoryLaunchesHarness } from './testing/memory-launches-harness.ts';

describeLaunches('ledger in memory', memoryLaunchesHarness);
