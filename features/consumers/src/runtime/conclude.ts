import type { OriginalRecord } from '../dead-letters/dead-letter.ts';
import type { Lease } from '../store/inbox/inbox.ts';
import type { ParkableRecord } from '../store/parking/parking.ts';
import type { Job } from './job.ts';
import type { NextStep } from './next-step.ts';
import { persist } from './persist.ts';
import type { Runtime } from './ports.ts';

const NOTHING = { reason: null, errorCode: null, dueAt: null };

interface Ended {
  readonly lease: Lease | null;
  readonly attempt: number;
  readonly letGo: AbortSignal;
}

function again(runtime: Runtime, letGo: AbortSignal) {
  const { clock, events } = runtime;
  return <Result>(what: string, call: () => Promise<Result>): Promise<Result> =>
    persist(call, { clock, signal: letGo, onFailure: (error) => events.blocked(what, error) });
}

/**
 * Makes the end of an event last: the inbox first, then its status, then its place in the topic or the
 * parking. A crash in between repeats what follows, never the handler.
 * @throws LetGo
 */
export async function finish(
  runtime: Runtime,
  job: Job,
  step: Extract<NextStep, { kind: 'finish' }>,
  { lease, attempt, letGo }: Ended,
): Promise<void> {
  const lasting = again(runtime, letGo);
  const { inbox, events, clock, tell } = runtime;
  if (lease !== null) {
    const isOurs = await lasting('inbox', () => inbox.settle({ lease, as: 'done' }));
    if (!isOurs) events.leaseLost(job);
  }
  await lasting('status', () =>
    tell(job, step.state, { ...NOTHING, attempt, reason: step.reason }),
  );
  events.settled(step.state, (clock.now() - job.takenAt) / 1_000);
  job.settle();
}

/** An earlier attempt has finished it; whether its status came through is not known. */
export async function finishRepeat(
  runtime: Runtime,
  job: Job,
  state: 'done' | 'dead_lettered',
  letGo: AbortSignal,
): Promise<void> {
  const lasting = again(runtime, letGo);
  await lasting('status', () => runtime.tell(job, state, { ...NOTHING, attempt: 0 }));
  runtime.events.settled('repeat', (runtime.clock.now() - job.takenAt) / 1_000);
  job.settle();
}

/**
 * Gives an event up: Kafka has the dead letter before anything forgets the event. A crash in between
 * writes it once more, with the same origin in its headers.
 */
export async function bury(
  runtime: Runtime,
  job: Job,
  { code, message }: Extract<NextStep, { kind: 'bury' }>,
  { lease, attempt, letGo }: Ended,
): Promise<void> {
  const lasting = again(runtime, letGo);
  const { inbox, events, clock, tell } = runtime;
  const now = clock.now();
  await lasting('dead letter', () =>
    runtime.bury(job, {
      code,
      message,
      attempts: attempt,
      firstFailureAt: job.parked?.firstFailureAt ?? now,
      lastFailureAt: now,
    }),
  );
  if (lease !== null) await lasting('inbox', () => inbox.settle({ lease, as: 'dead' }));
  events.buried(job, code);
  if (job.event !== null) {
    const detail = { ...NOTHING, attempt, reason: message, errorCode: code };
    await lasting('status', () => tell(job, 'dead_lettered', detail));
  }
  events.settled('dead_lettered', (now - job.takenAt) / 1_000);
  job.settle();
}

/** Puts off an event; the caller has blocked its key already. */
export async function park(
  runtime: Runtime,
  job: Job,
  { waitMs, code, message }: Extract<NextStep, { kind: 'park' }>,
  { lease, attempt, letGo }: Ended,
): Promise<void> {
  const lasting = again(runtime, letGo);
  const { inbox, parking, clock, tell } = runtime;
  const at = clock.now();
  const dueAt = at + waitMs;
  const failure = { code, message, at };
  const { parked, record, key } = job;
  await lasting('parking', () =>
    parked === null
      ? parking.park({ record: parkable(record, key), dueAt, attempts: attempt, failure })
      : parking.postpone(parked, { dueAt, attempts: attempt, failure }),
  );
  if (lease !== null) await lasting('inbox', () => inbox.settle({ lease, as: 'waiting' }));
  const detail = { attempt, reason: message, errorCode: code, dueAt };
  await lasting('status', () => tell(job, 'waiting', detail));
  if (parked === null) job.settle();
}

/** Parks an event that only stands behind another one of its key. */
export async function parkBehind(runtime: Runtime, job: Job, letGo: AbortSignal): Promise<void> {
  const { record, key } = job;
  const parked = { record: parkable(record, key), dueAt: 0, attempts: 0, failure: null };
  await again(runtime, letGo)('parking', () => runtime.parking.park(parked));
  job.settle();
}

/** Field by field: a record of a feed is a view of what was fetched, and a copy by spreading is empty. */
function parkable(record: OriginalRecord, key: string): ParkableRecord {
  const { topic, partition, offset, timestamp, value, headers } = record;
  return { topic, partition, offset, timestamp, key, value, headers };
}
