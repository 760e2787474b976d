import type { GeminiEvent, HandlerLog } from '@gemini-events/consumer';
import { isBridgeError } from '@gemini-events/events';
import type { Workflow } from '../definition/define-workflow.ts';
import type { RegisteredJob } from '../definition/registered-job.ts';
import { createContext } from './create-context.ts';
import { isHandOver } from './dbos-errors.ts';
import { cleanText, describeValue } from './describe.ts';
import { type Drain, never } from './drain.ts';
import { createDurable, QUIET } from './durable.ts';
import type { RunParts } from './run-parts.ts';
import { failedStepOf, failureOf } from './step-failure.ts';

/** The record that an event stood in, so that a dead letter can hold it as it was. */
export interface Letter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: number;
  /** Base64; null where there is none. */
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the engine keeps of a run to call it again. */
export interface RunInput {
  readonly event: GeminiEvent;
  readonly job: RegisteredJob | null;
  readonly letter: Letter;
}

/** What an engine runs workflows with. */
export interface EngineParts extends RunParts {
  readonly instance: string;
  /** Writes the event to the dead letters; resolves when Kafka has it. */
  readonly bury: (
    letter: Letter,
    why: {
      readonly runId: string;
      readonly code: string;
      readonly message: string;
      /** How often the run was redriven before. */
      readonly redrives: number;
    },
  ) => Promise<void>;
  readonly log: (fields: object) => HandlerLog;
  readonly onEnded: (workflow: string, state: 'done' | 'failed') => void;
  readonly drain: Drain;
}

/** Codes by which a run has come to its end without having had anything to do. */
const MOOT = ['ERR_INTERACTION_MOOT', 'ERR_INTERACTION_CONTINUED'] as const;

/**
 * Runs a workflow from its beginning; the engine calls it again after a crash, and finished steps give
 * what they gave. It ends as done, or as failed with a dead letter.
 */
export async function runWorkflow(
  workflow: Workflow,
  runId: string,
  { event, job, letter }: RunInput,
  parts: EngineParts,
): Promise<string | null> {
  const { drain, runs, journal, instance, log, onEnded } = parts;
  const durable = createDurable(runId, { journal, instance, drain });
  const fields = { run: runId, workflow: workflow.name, version: workflow.version };
  const run = {
    durable,
    parts,
    workflow: workflow.name,
    source: event.source,
    eventId: event.event_id,
    resourceId: event.resource_id,
    log: log(fields),
  };
  try {
    const outcome = await outcomeOf(() =>
      workflow.run(event, createContext(run, { event, job, log: run.log })),
    );
    await durable.step('end', () => runs.end(runId, { state: 'done', outcome }), QUIET);
    onEnded(workflow.name, 'done');
    return outcome;
  } catch (error) {
    // What is thrown while the process ends says nothing of the run: it goes on elsewhere.
    if (drain.ending.aborted) return never();
    // Cancelled, or taken over by another process: not ours to say how it ends.
    if (isHandOver(error)) throw error;
    const { code, message } = failureOf(error);
    const why = { code, message: cleanText(message) };
    run.log.warn({ ...why }, 'the run has failed');
    await durable.step(
      'bury',
      async () => {
        const redrives = (await runs.find(runId))?.redrives ?? 0;
        await parts.bury(letter, { runId, ...why, redrives });
        await runs.end(runId, { state: 'failed', error: why });
        return failedStepOf(error);
      },
      { attempts: 1_000 },
    );
    onEnded(workflow.name, 'failed');
    throw error;
  }
}

async function outcomeOf(work: () => Promise<unknown>): Promise<string | null> {
  try {
    return describeValue(await work());
  } catch (error) {
    if (!isBridgeError(error, ...MOOT)) throw error;
    return describeValue({ nothing_to_do: error.message });
  }
}
