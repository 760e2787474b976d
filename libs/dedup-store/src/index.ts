export { createOverlay, type Overlay } from './overlay.ts';
export { createSegmentedStore } from './segmented-store.ts';
export type { SeenEntry, WindowStore } from './window-store.ts';
