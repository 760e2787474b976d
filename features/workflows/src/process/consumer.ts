import {
  type AnyEvent,
  type Consumer,
  defineConsumer,
  done,
  type GeminiEvent,
  type HandlerContext,
  type Outcome,
  retryLater,
  type Subscription,
  skip,
} from '@gemini-events/consumer';
import { isBridgeError } from '@gemini-events/events';
import type { Launch, Launches } from '@gemini-events/launches';
import { CALL_METADATA } from '@gemini-events/launches/launcher';
import type { Workflow } from '../definition/define-workflow.ts';
import { runIdOf } from '../definition/define-workflow.ts';
import type { RegisteredJob } from '../definition/registered-job.ts';
import type { Engine } from '../engine/create-engine.ts';
import { continuationKey } from '../steps/answer-calls.ts';
import { callTopic } from '../steps/launch-job.ts';
import { jobTopic } from '../steps/until-job.ts';
import type { RunWaits } from '../store/run-waits.ts';
import type { AgentEvents } from './agent-events.ts';
import { failedRunOf, letterOf } from './letter.ts';
import { isFromYoungCall } from './young-call.ts';

export interface AgentParts {
  /** The version of each that new runs begin with. */
  readonly workflows: readonly Workflow[];
  readonly engine: Pick<Engine, 'start' | 'wake' | 'redrive'>;
  readonly launches: Pick<Launches, 'find' | 'ofResource' | 'adopt'>;
  readonly waits: Pick<RunWaits, 'of'>;
  /** Some calls whose answer is not known yet, the newest first. */
  readonly calling: () => Promise<readonly Launch[]>;
  /**
   * The interaction that this one continues, by Gemini's own word; null: none, or it is gone.
   * Asked only while a call is under way: else the answer changes nothing.
   */
  readonly previousOf: (interactionId: string, signal: AbortSignal) => Promise<string | null>;
  readonly events: Pick<AgentEvents, 'begun' | 'woken' | 'settled'>;
}

type Wanted = Extract<Subscription, 'batch' | 'interaction' | 'video'>;

/** The first one is for an event that is quicker than the answer to the call that made its job. */
const RETRY_DELAYS_MS = [2_000, 10_000, 60_000, 600_000, 3_600_000];

/**
 * Gives each event to the runs that wait for it, and begins those that it is an occasion for. A run has
 * the same id whenever its event comes again, and the engine begins none twice: so at least once is
 * enough here, and a replay begins nothing that is done.
 */
export function createAgentConsumer(parts: AgentParts): Consumer<Wanted> {
  return defineConsumer({
    name: 'agent',
    subscribe: ['batch', 'interaction', 'video'],
    idempotency: 'none',
    concurrency: 64,
    retryDelaysMs: RETRY_DELAYS_MS,
    handle: (event, context) => handle(parts, event, context),
  });
}

async function handle(
  parts: AgentParts,
  event: GeminiEvent,
  context: Pick<HandlerContext, 'signal' | 'attempt' | 'record' | 'reopened'>,
): Promise<Outcome> {
  const { engine, events } = parts;
  const { launch, calling } = await launchOf(parts, event, context.signal);
  const waiting = await wakeWaiting(parts, event);
  // The job is a step of a run: what follows from it is that run's business.
  if (launch !== null && launch.runId !== null) {
    return waiting > 0 ? done() : skip(`it belongs to run ${launch.runId}`);
  }
  // Taken for nobody's, it would begin another run, or none.
  if (launch === null && context.attempt === 1 && isFromYoungCall(event, calling)) {
    return retryLater('a call is under way whose answer may name this job');
  }
  const job = launch === null ? null : registered(launch);
  const wanted = parts.workflows.filter(
    ({ on, where }) => on.includes(event.type) && where({ event, job }),
  );
  if (wanted.length === 0) return waiting > 0 ? done() : skip('no workflow takes it');
  const letter = letterOf(context.record);
  const isRedrive = context.reopened === 'redrive';
  // Null: the event failed before it had begun all of its runs.
  const failed = isRedrive ? failedRunOf(context.record) : null;
  for (const workflow of wanted) {
    const runId = runIdOf(workflow, event);
    // Others of the event have letters of their own, or were cancelled and are to stay so.
    if (failed !== null && failed !== runId) continue;
    if (isRedrive && (await redriven(engine, runId))) continue;
    const { isNew } = await engine.start(workflow, event, { job, letter });
    if (isNew) events.begun(workflow.name);
  }
  return done();
}

/** Whether there was a run that could be redriven, or that has done so meanwhile. */
async function redriven(engine: AgentParts['engine'], runId: string): Promise<boolean> {
  try {
    await engine.redrive(runId);
    return true;
  } catch (error) {
    if (isBridgeError(error, 'ERR_RUN_STATE')) return true;
    // It failed before there was a run: now there may be one.
    if (isBridgeError(error, 'ERR_RUN_UNKNOWN')) return false;
    throw error;
  }
}

async function wakeWaiting(
  { engine, waits, events }: AgentParts,
  event: AnyEvent,
): Promise<number> {
  const { resource_id: resource, event_id: eventId, source } = event;
  if (resource === null) return 0;
  const runs = await waits.of(resource);
  for (const run of runs) await engine.wake(run, jobTopic(resource), `${source}/${eventId}`);
  if (runs.length > 0) events.woken(runs.length);
  return runs.length;
}

/**
 * The call that made the job. One whose answer was lost, or has not come yet, is settled by what the event
 * brings along: the key in the metadata that we gave it, or the interaction that it continues.
 */
async function launchOf(
  parts: AgentParts,
  event: GeminiEvent,
  signal: AbortSignal,
): Promise<{ readonly launch: Launch | null; readonly calling: readonly Launch[] }> {
  const { launches, engine, events } = parts;
  const { resource_id: resource, user_metadata: metadata, event_id: eventId } = event;
  const known = await launches.ofResource(resource);
  if (known !== null) return { launch: known, calling: [] };
  const calling = await parts.calling();
  // Not known above, its call was answered, and so it is not under way here: it would be nobody's.
  const answered = await launches.ofResource(resource);
  if (answered !== null) return { launch: answered, calling };
  const key =
    metadata[CALL_METADATA] ?? (await continuationUnderWay(parts, event, calling, signal));
  const launch = key === undefined ? null : await launches.find(key);
  if (launch === null || !(await launches.adopt(launch.key, resource))) return { launch, calling };
  events.settled();
  if (launch.runId !== null) await engine.wake(launch.runId, callTopic(launch.key), eventId);
  return { launch: { ...launch, state: 'created', resourceId: resource }, calling };
}

/** The key of the call that an interaction continues another one by, if it may be one of ours. */
async function continuationUnderWay(
  { previousOf }: AgentParts,
  { type, resource_id: resource }: GeminiEvent,
  calling: readonly Launch[],
  signal: AbortSignal,
): Promise<string | undefined> {
  if (calling.length === 0 || !type.startsWith('interaction.')) return undefined;
  const previous = await previousOf(resource, signal);
  return previous === null ? undefined : continuationKey(previous);
}

function registered({ key, owner, labels, route }: Launch): RegisteredJob {
  return { key, owner, labels, route };
}
