import { DBOS } from '@dbos-inc/dbos-sdk';
import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor';
import type { GeminiEvent } from '@gemini-events/consumer';
import { BridgeError } from '@gemini-events/events';
import { registeredName, runIdOf, type Workflow } from '../definition/define-workflow.ts';
import type { RegisteredJob } from '../definition/registered-job.ts';
import { isOfOtherVersion, isUnknownRun } from './dbos-errors.ts';
import {
  ENGINE_NAME,
  ENGINE_SCHEMA,
  ENGINE_VERSION,
  engineUrl,
  MOST_TAKEOVERS,
} from './engine-settings.ts';
import { cancelRun, type RunMover, redriveRun } from './redrive.ts';
import { type EngineParts, type Letter, type RunInput, runWorkflow } from './run-workflow.ts';

export interface Engine {
  /** Connects, makes its tables, takes over what this executor left behind. */
  readonly launch: () => Promise<void>;
  /** Begins the run of an event, once for its id. False: there is one. */
  readonly start: (
    workflow: Workflow,
    event: GeminiEvent,
    given: { readonly job: RegisteredJob | null; readonly letter: Letter },
  ) => Promise<{ readonly runId: string; readonly isNew: boolean }>;
  /** Leaves a message for a run, once for the key. A run that is gone gets none. */
  readonly wake: (runId: string, topic: string, key: string) => Promise<void>;
  /** @throws BridgeError ERR_RUN_UNKNOWN, ERR_RUN_STATE */
  readonly redrive: (runId: string) => Promise<void>;
  /** What it asks people need not be decided any more. */
  readonly cancel: (runId: string) => Promise<void>;
  /** Takes over what a process has left behind that is gone. */
  readonly takeOver: (executor: string) => Promise<void>;
  /** Removes what the engine keeps of runs. */
  readonly forget: (runIds: readonly string[]) => Promise<void>;
  /** Lets the steps that are under way end, for so long at most. What runs goes on elsewhere. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** Of two versions the one that new runs begin with. */
export function newestOf(workflows: readonly Workflow[]): readonly Workflow[] {
  const byName = Map.groupBy(workflows, ({ name }) => name);
  return [...byName.values()].map((all) => all.reduce((a, b) => (a.version > b.version ? a : b)));
}

/**
 * Runs workflows on DBOS, whose tables are in the same Postgres. One engine in a process: DBOS is one.
 * @param options.workflows all versions whose runs may still go on
 * @throws BridgeError ERR_WORKFLOW_INVALID two of them have one name and version
 */
export function createEngine(options: {
  readonly connectionString: string;
  /** Of this life of this process and no other. */
  readonly executor: string;
  readonly workflows: readonly Workflow[];
  readonly parts: EngineParts;
  /** Connections to Postgres. @default 20 */
  readonly poolSize?: number;
}): Engine {
  const { connectionString, executor, workflows, parts, poolSize = 20 } = options;
  const registered = new Map<string, (input: RunInput) => Promise<string | null>>();
  for (const workflow of workflows) {
    const name = registeredName(workflow);
    if (registered.has(name)) {
      throw new BridgeError('ERR_WORKFLOW_INVALID', `workflow ${name} is registered twice`);
    }
    const run = (input: RunInput): Promise<string | null> =>
      runWorkflow(workflow, DBOS.workflowID ?? '', input, parts);
    registered.set(name, DBOS.registerWorkflow(run, { name, maxRecoveryAttempts: MOST_TAKEOVERS }));
  }
  const silent = (): void => undefined;
  const log = parts.log({ part: 'engine' });
  DBOS.setConfig({
    name: ENGINE_NAME,
    systemDatabaseUrl: engineUrl(connectionString),
    systemDatabaseSchemaName: ENGINE_SCHEMA,
    systemDatabasePoolSize: poolSize,
    applicationVersion: ENGINE_VERSION,
    executorID: executor,
    enablePatching: true,
    logger: {
      info: silent,
      debug: silent,
      warn: (entry: unknown) => log.warn({}, textOf(entry)),
      // The end of each failed run is told by us, with its fields.
      error: (entry: unknown) => log.warn({}, textOf(entry)),
    },
  });
  const mover: RunMover = {
    listWorkflowSteps: (id) => DBOS.listWorkflowSteps(id),
    statusOf: async (id) => (await DBOS.getWorkflowStatus(id))?.status ?? null,
    rewindWorkflow: (id, how) => DBOS.rewindWorkflow(id, how),
    resumeWorkflow: (id) => DBOS.resumeWorkflow(id),
    cancelWorkflow: (id) => DBOS.cancelWorkflow(id),
  };
  return {
    launch: () => DBOS.launch(),
    async start(workflow, event, given) {
      const runId = runIdOf(workflow, event);
      const { name, version } = workflow;
      const { source, event_id: eventId, type, resource_id: resourceId } = event;
      const isNew = await parts.runs.begin({
        id: runId,
        workflow: name,
        version,
        source,
        eventId,
        type,
        resourceId,
      });
      // Where the row was there, the process may have ended between the two.
      if (!isNew && (await DBOS.getWorkflowStatus(runId)) !== null) return { runId, isNew };
      const begin = registered.get(registeredName(workflow));
      if (begin === undefined)
        throw new BridgeError('ERR_WORKFLOW_INVALID', `${name} is not there`);
      try {
        await DBOS.startWorkflow(begin, { workflowID: runId })({ event, ...given });
      } catch (error) {
        // It goes on, or has ended, on the code that it was begun with.
        if (!isOfOtherVersion(error)) throw error;
      }
      return { runId, isNew };
    },
    async wake(runId, topic, key) {
      try {
        await DBOS.send(runId, null, topic, `${topic}/${key}`);
      } catch (error) {
        if (!isUnknownRun(error)) throw error;
      }
    },
    redrive: (runId) => redriveRun(mover, parts.runs, runId),
    async cancel(runId) {
      await cancelRun(mover, parts.runs, runId);
      for (const { id } of await parts.approvals.list({ runId, state: 'requested', limit: 100 })) {
        await parts.approvals.cancel(id, 'its run was cancelled');
      }
    },
    async takeOver(other) {
      await DBOSExecutor.globalInstance?.recoverPendingWorkflows([other]);
    },
    async forget(runIds) {
      if (runIds.length > 0) await DBOS.deleteWorkflows([...runIds]);
    },
    async close(graceMs) {
      await parts.drain.run(graceMs);
      // Its registrations are the process's: without this, no further engine could be made in it.
      await DBOS.shutdown({ deregister: true });
    },
  };
}

function textOf(entry: unknown): string {
  return entry instanceof Error ? entry.message : String(entry);
}
