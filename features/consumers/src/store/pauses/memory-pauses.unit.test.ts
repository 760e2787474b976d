import { createMemoryPauses } from './memory-pauses.ts';
import { describePauses } from './pauses.contract.ts';

describePauses('pauses in memory', async () => createMemoryPauses());
