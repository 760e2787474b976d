export { CALL_METADATA } from './call-metadata.ts';
export type { BatchRow, LaunchOrder } from './launch-order.ts';
export { createLauncher, type Launcher } from './launcher.ts';
export type { Launched, Stray } from './launcher-options.ts';
export { fixedBudget, type SpendVerdict } from './spend-guard.ts';
