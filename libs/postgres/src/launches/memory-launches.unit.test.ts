import { memoryLaunchesHarness } from '../testing/memory-launches-harness.ts';
import { describeLaunches } from './launches.contract.ts';

describeLaunches('ledger in memory', memoryLaunchesHarness);
