/** For tests, and for consumers without a database: nothing here needs `pg`. */
export type { Claim, ClaimRequest, Inbox, InboxKey, Lease, Settlement } from './inbox/inbox.ts';
export { createMemoryInbox } from './inbox/memory-inbox.ts';
export type {
  Begun,
  Launch,
  LaunchError,
  Launches,
  LaunchKind,
  NewLaunch,
} from './launches/launches.ts';
export { createMemoryLaunches } from './launches/memory-launches.ts';
export { createMemoryParking } from './parking/memory-parking.ts';
export type { Failure, NewParked, ParkableRecord, Parked, Parking } from './parking/parking.ts';
