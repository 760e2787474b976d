import { createMemoryParking } from './memory-parking.ts';
import { describeParking } from './parking.contract.ts';

describeParking('parking in memory', async () => createMemoryParking());
