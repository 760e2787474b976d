import { BridgeError, KNOWN_TYPES, type KnownType } from '@gemini-events/events';
import { FAMILIES, type Family } from '@gemini-events/schemas';
import type { OriginalRecord } from '../dead-letters/dead-letter.ts';
import type { GeminiEvent, UnknownEvent } from './event.ts';
import type { Outcome } from './outcome.ts';

/** What a consumer may subscribe to: a type, all types of a family, or what this version does not know. */
export type Subscription = KnownType | Family | 'unknown';

/** The events that a subscription brings. */
export type Subscribed<Name extends Subscription> = Name extends 'unknown'
  ? UnknownEvent
  : Name extends Family
    ? Extract<GeminiEvent, { type: `${Name}.${string}` }>
    : Extract<GeminiEvent, { type: Name }>;

/** Lines of a log; the fields first, as pino has it. */
export interface HandlerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** How far a handler is, in a unit of its own. */
export interface Progress {
  readonly done: number;
  /** Null: nobody knows. */
  readonly total: number | null;
  /** For example `bytes`. */
  readonly unit: string;
}

/** @typeParam Db what `complete` gives to write with: a `pg` client where the inbox is in Postgres */
export interface HandlerContext<Db = unknown> {
  readonly log: HandlerLog;
  /** Let go now: the lease or the partition is lost, or the grace of a shutdown is over. */
  readonly signal: AbortSignal;
  /** 1 at the first attempt; a crash counts as one. */
  readonly attempt: number;
  /** W3C trace context of the delivery, where it had one. */
  readonly traceparent: string | null;
  /** The record that the event stands in, as it was read. */
  readonly record: OriginalRecord;
  /**
   * Why the event is handed over although it may have ended before: as a dead letter that is redriven, or
   * by a replay that asks for effects again. Null: it is new, or nobody knows that it has ended.
   */
  readonly reopened: 'redrive' | 'again' | null;
  /**
   * Tells on the processing topic how far a long handler is. Call it some times a minute, not for each
   * step: each call is a record.
   */
  readonly progress: (now: Progress) => void;
  /**
   * Runs an effect and marks the event done in one database transaction: it happens exactly once,
   * whatever crashes. Return `done()` afterwards.
   */
  readonly complete: <Result>(effect: (db: Db) => Promise<Result>) => Promise<Result>;
}

/** What an effect is done once for. */
export type Idempotency<Event> =
  /** Each event of each source: the default. */
  | 'event'
  /** Each type of each resource, however many webhooks tell of it. */
  | 'resource'
  /** At least once: a crash repeats what was not committed, and crashes are not counted. */
  | 'none'
  | ((event: Event) => string);

export interface ConsumerDefinition<Name extends Subscription = Subscription, Db = unknown> {
  /** Lower case, digits and dashes; also names its group, its dead letters and its replay lane. */
  readonly name: string;
  readonly subscribe: readonly Name[];
  /** @default 'event' */
  readonly idempotency?: Idempotency<Subscribed<Name>>;
  /** Handlers at a time in one process. Those of one key never overlap. @default 16 */
  readonly concurrency?: number;
  /** Waits before the second, third … attempt; after the last one comes the dead letter. @default 10 s, 1 min, 10 min, 1 h */
  readonly retryDelaysMs?: readonly number[];
  /**
   * Also hands over events of which nobody knows whether they are about a job of this project
   * (`trust: unproven`), without asking Gemini first. @default false
   */
  readonly acceptUnproven?: boolean;
  readonly handle: (event: Subscribed<Name>, context: HandlerContext<Db>) => Promise<Outcome>;
}

/** A definition with all that was left out filled in. */
export interface Consumer<Name extends Subscription = Subscription, Db = unknown>
  extends Required<ConsumerDefinition<Name, Db>> {}

const NAME = /^[a-z][a-z0-9-]{0,47}$/;
const RETRY_DELAYS_MS = [10_000, 60_000, 600_000, 3_600_000];
const CONCURRENCY = 16;
const SUBSCRIPTIONS: ReadonlySet<string> = new Set([...KNOWN_TYPES, ...FAMILIES, 'unknown']);

/**
 * Declares a consumer: what it wants, and what it does with it.
 * @throws BridgeError ERR_CONSUMER_INVALID with all faults of the definition
 */
export function defineConsumer<const Name extends Subscription, Db = unknown>(
  definition: ConsumerDefinition<Name, Db>,
): Consumer<Name, Db> {
  const faults = faultsOf(definition as unknown as ConsumerDefinition);
  if (faults.length > 0) {
    throw new BridgeError(
      'ERR_CONSUMER_INVALID',
      `consumer ${definition.name}: ${faults.join('; ')}`,
    );
  }
  return {
    idempotency: 'event',
    concurrency: CONCURRENCY,
    retryDelaysMs: RETRY_DELAYS_MS,
    acceptUnproven: false,
    ...definition,
  };
}

function faultsOf({ name, subscribe, concurrency, retryDelaysMs }: ConsumerDefinition): string[] {
  const faults: string[] = [];
  if (!NAME.test(name)) faults.push('a name has lower case, digits and dashes, at most 48');
  if (subscribe.length === 0) faults.push('it subscribes to nothing');
  for (const wanted of subscribe) {
    if (!SUBSCRIPTIONS.has(wanted)) faults.push(`nothing is called ${wanted}`);
  }
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency > 0)) {
    faults.push('concurrency has to be a whole number above 0');
  }
  if (retryDelaysMs?.some((wait) => !(wait >= 0)) === true) faults.push('a delay is at least 0 ms');
  return faults;
}
