import { createSegmentedStore } from './segmented-store.ts';
import { describeWindowStore } from './window-store.contract.ts';

describeWindowStore('segmented store in memory', createSegmentedStore);
