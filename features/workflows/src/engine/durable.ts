import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Attempt, StepOptions } from '../definition/run-context.ts';
import type { RunJournal } from '../store/run-journal.ts';
import { type Drain, never } from './drain.ts';
import { createQuietJournal } from './quiet-journal.ts';
import { runAttempts } from './run-attempts.ts';
import { openFailure, sealFailure } from './step-failure.ts';

interface Quiet {
  /** A matter of our own book-keeping: it stands in no time line. */
  readonly isQuiet?: boolean;
}
export const QUIET: Quiet = { isQuiet: true };

/** What the engine gives a run; all other steps are made of these. */
export interface Durable {
  readonly runId: string;
  /** @throws BridgeError with the code of the last attempt's error */
  step<Result>(
    name: string,
    work: (attempt: Attempt) => Promise<Result>,
    options?: StepOptions & Quiet,
  ): Promise<Result>;
  sleep(ms: number): Promise<void>;
  /** A message that was sent to the run under a topic; null where none came in time. */
  receive<Message>(topic: string, timeoutMs: number): Promise<Message | null>;
  now(): Promise<number>;
  patched(name: string): Promise<boolean>;
}

/** The engine's own look for messages, beside being told; milliseconds. */
const POLL_MS = 15_000;

/** {@link Durable} on DBOS: to be called within a workflow of it only. */
export function createDurable(
  runId: string,
  parts: {
    readonly journal: RunJournal;
    readonly instance: string;
    readonly drain: Drain;
  },
): Durable {
  const { journal, instance, drain } = parts;
  const { ending } = drain;
  return {
    runId,
    async step(name, work, options = {}) {
      try {
        return await DBOS.runStep(
          async () => {
            const step = DBOS.stepID ?? 0;
            const cancelled = DBOS.stepStatus?.cancelSignal;
            const signal = cancelled === undefined ? ending : AbortSignal.any([ending, cancelled]);
            const place = { runId, step, name, instance };
            const ended = drain.begin();
            // The process ends: whoever takes the run over does this step.
            if (ended === null) return await never();
            try {
              const kept = options.isQuiet === true ? createQuietJournal() : journal;
              return await runAttempts(place, work, options, { journal: kept, signal });
            } catch (error) {
              // Nothing may be kept of a step that the end of the process has cut off.
              if (ending.aborted) return await never();
              throw sealFailure(error, step);
            } finally {
              ended();
            }
          },
          { name },
        );
      } catch (error) {
        throw openFailure(error);
      }
    },
    sleep: (ms) => DBOS.sleepms(ms),
    receive: (topic, timeoutMs) =>
      DBOS.recv(topic, {
        timeoutSeconds: Math.max(0.001, timeoutMs / 1_000),
        pollingIntervalMs: POLL_MS,
      }),
    now: () => DBOS.now(),
    patched: (name) => DBOS.patch(name),
  };
}
