import { describeTransactionsV0 } from '@platformatic/kafka';
import type { Cluster } from '../raw/cluster.ts';

/**
 * How the coordinator sees a transactional id (KIP-664): `Empty`, `Ongoing`, `PrepareCommit`,
 * `PrepareAbort`, `CompleteCommit`, `CompleteAbort`; null where it does not know the id.
 */
export async function transactionState(cluster: Cluster, id: string): Promise<string | null> {
  const answer = await cluster.request({ to: 'transaction', id }, describeTransactionsV0.api, [id]);
  const state = answer.transactionStates[0];
  return state === undefined || state.errorCode !== 0 ? null : state.transactionState;
}
