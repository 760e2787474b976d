import type { DecodedRecord } from '@gemini-events/kafka/codec';
import type { Consumer, HandlerLog, Progress } from '../definition/define-consumer.ts';
import type { AnyEvent } from '../definition/event.ts';
import type { Claim, ClaimRequest, Lease, Settlement } from '../store/inbox/inbox.ts';
import type { NewParked, Parked, Postponement } from '../store/parking/parking.ts';
import type { Clock } from './clock.ts';
import type { Job } from './job.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { PauseGate } from './pause-gate.ts';
import type { Slots } from './slots.ts';

/** States that are told on the processing topic. */
export type ProcessingState = 'started' | 'waiting' | 'done' | 'skipped' | 'dead_lettered';

export interface StatusDetail {
  readonly attempt: number;
  readonly reason: string | null;
  readonly errorCode: string | null;
  /** Milliseconds since 1970. */
  readonly dueAt: number | null;
  readonly progress?: Progress;
}

interface Burial {
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly firstFailureAt: number;
  readonly lastFailureAt: number;
}

/** Every metric and log line of the runtime. */
export interface RuntimeEvents {
  readonly settled: (
    state: 'done' | 'skipped' | 'repeat' | 'dead_lettered',
    seconds: number,
  ) => void;
  /** A handler has begun, or ended. */
  readonly running: (change: 1 | -1) => void;
  readonly attemptFailed: (
    job: Job,
    attempt: number,
    error: { code: string; message: string },
  ) => void;
  readonly parked: (records: number) => void;
  readonly buried: (job: Job, code: string) => void;
  /** Somebody else holds the event: the decision is theirs. */
  readonly leaseLost: (job: Job) => void;
  /** Something that events are not to blame for; it is tried again. */
  readonly blocked: (what: string, error: unknown) => void;
}

/** What the runtime of one consumer works with: all calls of one kind are joined underneath. */
export interface Runtime {
  readonly consumer: Consumer;
  readonly clock: Clock;
  /** For handlers. */
  readonly slots: Slots;
  readonly pauses: PauseGate;
  /** For those that may bring the process down: one. */
  readonly suspects: Slots;
  readonly log: (fields: object) => HandlerLog;
  readonly decode: (bytes: Buffer) => Promise<DecodedRecord>;
  /** Whether the event is about a job of this project. */
  readonly isOurs: (event: AnyEvent) => Promise<boolean>;
  readonly inbox: {
    readonly claim: (request: ClaimRequest) => Promise<Claim>;
    readonly settle: (end: { readonly lease: Lease; readonly as: Settlement }) => Promise<boolean>;
    readonly complete: <Result>(
      lease: Lease,
      effect: (db: never) => Promise<Result>,
    ) => Promise<Result>;
  };
  readonly leases: LeaseKeeper;
  readonly parking: {
    readonly park: (record: NewParked) => Promise<void>;
    readonly blockedKeys: (partition: number) => Promise<readonly string[]>;
    readonly due: (partitions: readonly number[], limit: number) => Promise<readonly Parked[]>;
    readonly begin: (record: Parked) => Promise<number>;
    readonly following: (record: Parked, limit: number) => Promise<readonly Parked[]>;
    readonly postpone: (record: Parked, later: Postponement) => Promise<void>;
    /** All of one key: whether it is free then. */
    readonly remove: (records: readonly Parked[]) => Promise<boolean>;
  };
  /** Resolve when Kafka has acknowledged. */
  readonly tell: (job: Job, state: ProcessingState, detail: StatusDetail) => Promise<void>;
  readonly bury: (job: Job, burial: Burial) => Promise<void>;
  readonly events: RuntimeEvents;
}
