import { DBOSClient } from '@dbos-inc/dbos-sdk';
import { ENGINE_NAME, ENGINE_SCHEMA, engineUrl } from './engine/engine-settings.ts';
import { cancelRun, type RunMover, redriveRun } from './engine/redrive.ts';
import type { Runs } from './store/runs.ts';

/** Moves runs from outside the process that runs them. */
export interface RunControl {
  /** @throws BridgeError ERR_RUN_UNKNOWN, ERR_RUN_STATE */
  cancel(runId: string): Promise<void>;
  /** @throws BridgeError ERR_RUN_UNKNOWN, ERR_RUN_STATE */
  retry(runId: string): Promise<void>;
  close(): Promise<void>;
}

export async function openRunControl(
  connectionString: string,
  runs: Pick<Runs, 'find' | 'end' | 'reopen'>,
): Promise<RunControl> {
  const client = await DBOSClient.create({
    systemDatabaseUrl: engineUrl(connectionString),
    systemDatabaseSchemaName: ENGINE_SCHEMA,
    systemDatabasePoolSize: 2,
    applicationName: ENGINE_NAME,
  });
  const mover: RunMover = {
    listWorkflowSteps: (id) => client.listWorkflowSteps(id),
    statusOf: async (id) => (await client.getWorkflow(id))?.status ?? null,
    rewindWorkflow: (id, how) => client.rewindWorkflow(id, how),
    resumeWorkflow: (id) => client.resumeWorkflow(id),
    cancelWorkflow: (id) => client.cancelWorkflow(id),
  };
  return {
    cancel: (runId) => cancelRun(mover, runs, runId),
    retry: (runId) => redriveRun(mover, runs, runId),
    close: () => client.destroy(),
  };
}
