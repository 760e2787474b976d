export { createOpenKeys } from './open-keys.ts';
export { createSegmentedStore } from './segmented-store.ts';
export type { SeenEntry, StoreUsage, WindowStore } from './window-store.ts';
