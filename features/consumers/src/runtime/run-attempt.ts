import { LANE_HEADER } from '@gemini-events/events';
import type { Consumer } from '../definition/define-consumer.ts';
import { inboxKeyOf, inboxKeyOfPlace } from '../definition/identity.ts';
import type { Outcome } from '../definition/outcome.ts';
import type { InboxKey, Lease } from '../store/inbox/inbox.ts';
import type { Job } from './job.ts';
import { codeOf, type NextStep, nextStep } from './next-step.ts';
import { LetGo, persist } from './persist.ts';
import type { Runtime } from './ports.ts';
import { traceIdOf, traceParentOf } from './trace.ts';

/** What one attempt came to. */
export type Attempted =
  /** Finished by an earlier attempt whose end was not seen to its end. */
  | { readonly kind: 'repeat'; readonly state: 'done' | 'dead_lettered' }
  /** It was parked, and is not any more. */
  | { readonly kind: 'gone' }
  /** Somebody else runs it, or has begun to while it ran here: to be asked for again then. */
  | { readonly kind: 'busy'; readonly until: number; readonly attempts: number }
  | {
      readonly kind: 'step';
      readonly step: NextStep;
      /** Still to be settled; null where there is none. */
      readonly lease: Lease | null;
      readonly attempt: number;
    };

interface AttemptOptions {
  /** Aborted: nothing can be decided here any more. */
  readonly letGo: AbortSignal;
  /** Also begins what a crash has left behind. */
  readonly takesOver: boolean;
}

/** After so long a handler that still runs is told of on the processing topic. */
const TELL_STARTED_AFTER_MS = 1_000;

/**
 * Claims an event, runs its handler, and says what is to be done. Attempts are counted with the claim,
 * before the handler starts, so that one that takes the process down counts too.
 * @throws LetGo
 */
export async function runAttempt(
  runtime: Runtime,
  job: Job,
  { letGo, takesOver }: AttemptOptions,
): Promise<Attempted> {
  const { consumer, inbox, events } = runtime;
  const again = <Result>(what: string, call: () => Promise<Result>) =>
    persist(call, {
      clock: runtime.clock,
      signal: letGo,
      onFailure: (error) => events.blocked(what, error),
    });
  const { event } = job;
  const mode = modeOf(job);
  const keyed = tryKeyOf(consumer, job);
  // With an inbox it counts the attempts, and knows what has ended; but not that a redrive has.
  const isCounted = 'key' in keyed && keyed.key !== null && mode === 'new';
  const begun = isCounted ? 1 : await again('parking', () => beginParked(runtime, job));
  if (begun === 0) return { kind: 'gone' };
  if ('error' in keyed) {
    const step = nextStep(keyed, begun, consumer.retryDelaysMs);
    return { kind: 'step', step, lease: null, attempt: begun };
  }
  const { key } = keyed;
  let lease: Lease | null = null;
  if (key !== null) {
    const claim = await again('inbox', () =>
      inbox.claim({ ...key, mode, takesOver, reopening: reopeningOf(job) }),
    );
    if (claim.kind === 'done') return { kind: 'repeat', state: 'done' };
    if (claim.kind === 'dead') return { kind: 'repeat', state: 'dead_lettered' };
    if (claim.kind === 'busy') return claim;
    lease = claim.lease;
  }
  const attempt = lease?.attempt ?? begun;
  if (event === null) {
    const step = { kind: 'bury', code: 'ERR_SCHEMA_UNKNOWN', message: 'it is no event' } as const;
    return { kind: 'step', step, lease, attempt };
  }
  const maxAttempts = consumer.retryDelaysMs.length + 1;
  if (attempt > maxAttempts) {
    const message = `the process ended ${attempt - 1} times while it was handled`;
    const step = { kind: 'bury', code: 'ERR_CONSUMER_CRASHED', message } as const;
    return { kind: 'step', step, lease, attempt: attempt - 1 };
  }
  return handle(runtime, { ...job, event }, { lease, attempt, letGo });
}

async function handle(
  runtime: Runtime,
  job: Job & { readonly event: NonNullable<Job['event']> },
  run: { readonly lease: Lease | null; readonly attempt: number; readonly letGo: AbortSignal },
): Promise<Attempted> {
  const { consumer, clock, events, leases } = runtime;
  const { lease, attempt, letGo } = run;
  const lost = new AbortController();
  const keptFrom = lease === null ? undefined : leases.keep(lease, () => lost.abort());
  const forwardLetGo = (): void => lost.abort();
  letGo.addEventListener('abort', forwardLetGo, { once: true });
  let isLost = false;
  let isComplete = false;
  const slow = clock.after(TELL_STARTED_AFTER_MS, () => {
    const detail = { attempt, reason: null, errorCode: null, dueAt: null };
    runtime.tell(job, 'started', detail).catch((error) => events.blocked('status', error));
  });
  events.running(1);
  try {
    const ended = await outcomeOf(runtime, job, {
      lease,
      attempt,
      signal: lost.signal,
      onLost: () => {
        isLost = true;
      },
      onComplete: () => {
        isComplete = true;
      },
    });
    if (isComplete) {
      // Its effect is committed and the inbox says done: whatever the handler says now comes too late.
      const step = { kind: 'finish', state: 'done', reason: null } as const;
      return { kind: 'step', step, lease: null, attempt };
    }
    if (letGo.aborted) throw new LetGo();
    if (isLost || lost.signal.aborted) {
      events.leaseLost(job);
      return { kind: 'busy', until: clock.now(), attempts: 0 };
    }
    const step = nextStep(ended, attempt, consumer.retryDelaysMs);
    if (step.kind !== 'finish') events.attemptFailed(job, attempt, step);
    return { kind: 'step', step, lease, attempt };
  } finally {
    events.running(-1);
    slow();
    keptFrom?.();
    letGo.removeEventListener('abort', forwardLetGo);
  }
}

/** Never rejects: whatever the handler or the proof of its origin throws is its outcome. */
async function outcomeOf(
  runtime: Runtime,
  job: Job & { readonly event: NonNullable<Job['event']> },
  run: {
    readonly lease: Lease | null;
    readonly attempt: number;
    readonly signal: AbortSignal;
    readonly onLost: () => void;
    readonly onComplete: () => void;
  },
): Promise<{ readonly outcome: Outcome } | { readonly error: unknown }> {
  const { consumer, inbox } = runtime;
  const { lease, attempt, signal } = run;
  const { event } = job;
  const mode = modeOf(job);
  try {
    if (event.trust === 'unproven' && !consumer.acceptUnproven && !(await runtime.isOurs(event))) {
      const reason = 'our key does not find the job that this event names';
      return { outcome: { kind: 'dead', code: 'ERR_JOB_FOREIGN', reason } };
    }
    const outcome = await consumer.handle(event, {
      log: runtime.log({
        eventId: event.event_id,
        resource: event.resource_id,
        attempt,
        traceId: traceIdOf(job),
      }),
      signal,
      attempt,
      traceparent: traceParentOf(job),
      record: job.record,
      reopened: mode === 'new' ? null : mode,
      progress: (progress) => {
        const detail = { attempt, reason: null, errorCode: null, dueAt: null, progress };
        runtime.tell(job, 'started', detail).catch((error: unknown) => {
          runtime.events.blocked('status', error);
        });
      },
      complete: async (effect) => {
        if (lease === null) throw new TypeError('a consumer without an inbox has no complete()');
        try {
          const result = await inbox.complete(lease, effect);
          run.onComplete();
          return result;
        } catch (error) {
          if (codeOf(error) === 'ERR_CONSUMER_FENCED') run.onLost();
          throw error;
        }
      },
    });
    return { outcome };
  } catch (error) {
    return { error };
  }
}

/** The consumer's own function may throw: that is a failed attempt like any other. */
function tryKeyOf(
  consumer: Consumer,
  { event, record }: Job,
): { readonly key: InboxKey | null } | { readonly error: unknown } {
  try {
    const key = event === null ? inboxKeyOfPlace(consumer, record) : inboxKeyOf(consumer, event);
    return { key };
  } catch (error) {
    return { error };
  }
}

async function beginParked({ parking }: Runtime, { parked }: Job): Promise<number> {
  return parked === null ? 1 : parking.begin(parked);
}

/** The replay or redrive that has put it on the private lane: it re-opens an event once. */
function reopeningOf({ record }: Job): string | null {
  return record.headers[LANE_HEADER.replayId]?.toString() ?? null;
}

/** Set by a redrive of dead letters and by a replay that asks for effects again. */
function modeOf({ record }: Job): 'new' | 'redrive' | 'again' {
  if (record.headers[LANE_HEADER.effects]?.toString() === 'again') return 'again';
  return record.headers[LANE_HEADER.redriveCount] === undefined ? 'new' : 'redrive';
}
