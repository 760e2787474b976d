import { audit } from '@gemini-events/access/audit';
import { createPostgresApprovals } from '@gemini-events/approvals';
import type { Database } from '@gemini-events/cli-kit/bridge';
import { BridgeError } from '@gemini-events/events';
import { openRunControl } from '../control.ts';
import type { Run } from '../store/run.ts';
import { createPostgresRuns } from '../store/runs.ts';
import { findRun } from './run-story.ts';

export type RunAction = 'cancel' | 'retry';

export interface RunRequest {
  readonly id: string;
  readonly action: RunAction;
  readonly actor: string;
  readonly reason: string | null;
  readonly dryRun: boolean;
}

/** What became of a run; of a dry run: how it stands. */
export interface RunMove {
  readonly id: string;
  readonly action: RunAction;
  readonly dryRun: boolean;
  readonly state: Run['state'];
  /** Open approvals of the run that are cancelled with it. */
  readonly approvals: readonly string[];
}

const MOST_APPROVALS = 1_000;

/**
 * Cancels a run and what it asks people, or begins it again; the audit entry comes first.
 * @throws BridgeError ERR_RUN_UNKNOWN, ERR_RUN_STATE; those of Kafka, registry and Postgres
 */
export async function moveRun({ config, pool }: Database, request: RunRequest): Promise<RunMove> {
  const { id, action, actor, reason, dryRun } = request;
  const runs = createPostgresRuns(pool);
  const store = createPostgresApprovals(pool);
  const { state } = await findRun(runs, id);
  const open =
    action === 'cancel'
      ? await store.list({ runId: id, state: 'requested', limit: MOST_APPROVALS })
      : [];
  refuseUnfit(request, state, open.length);
  const approvals = open.map((each) => each.id);
  if (dryRun) return { id, action, dryRun, state, approvals };
  const details = action === 'cancel' ? { approvals: String(approvals.length) } : {};
  const at = Date.now();
  await audit(config, { actor, action: `run.${action}`, subject: id, reason, details, at });
  if (action === 'retry' || isUnderWay(state)) {
    const control = await openRunControl(config.DATABASE_URL.reveal(), runs);
    try {
      await control[action](id);
    } finally {
      await control.close();
    }
  }
  // Behind the run: one that still ran would take this for a decision.
  for (const each of approvals) await store.cancel(each, reason);
  return { id, action, dryRun, state: (await findRun(runs, id)).state, approvals };
}

/**
 * Before anything is written down. A cancelled run whose approvals are open can be cancelled once more:
 * the process that did it ended in between.
 * @throws BridgeError ERR_RUN_STATE
 */
export function refuseUnfit(
  { id, action }: Pick<RunRequest, 'id' | 'action'>,
  state: Run['state'],
  openApprovals: number,
): void {
  const isFit =
    action === 'retry'
      ? state === 'failed' || state === 'cancelled'
      : isUnderWay(state) || (state === 'cancelled' && openApprovals > 0);
  if (isFit) return;
  throw new BridgeError('ERR_RUN_STATE', `run ${id} is ${state}: there is nothing to ${action}`);
}

function isUnderWay(state: Run['state']): boolean {
  return state === 'running' || state === 'waiting';
}

export function renderMove({ id, action, dryRun, state, approvals }: RunMove): string {
  const also = approvals.length === 0 ? '' : `; approvals cancelled: ${approvals.join(', ')}`;
  if (!dryRun) return `${id}: ${state}${also}`;
  const done = action === 'cancel' ? 'cancelled' : 'retried';
  return `${id}: ${state}, would be ${done}${also}`;
}
