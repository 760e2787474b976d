export { CALL_METADATA } from './call-metadata.ts';
export type { BatchRow, LaunchOrder } from './launch-order.ts';
export { createLauncher, type Launched, type Launcher, type Stray } from './launcher.ts';
export { fixedBudget, type SpendVerdict } from './spend-guard.ts';
