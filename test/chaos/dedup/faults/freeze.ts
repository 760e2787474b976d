import { setTimeout as delay } from 'node:timers/promises';
import { transactionState } from '@gemini-events/kafka/transaction-state';
import type { Scene } from './scene.ts';

/** How long a moment is waited for before the fault goes without it. */
export const CATCH_LIMIT_MS = 20_000;
const POLL_MS = 2;

/** How the coordinator sees the transaction of an instance. */
export async function stateOf({ cluster, fleet }: Scene, instance: string): Promise<string | null> {
  return transactionState(cluster, fleet.transactionalId(instance)).catch(() => null);
}

/**
 * Stops a process at a moment at which the coordinator says that its transaction is open.
 * @returns the last state; the process is stopped only if it is `Ongoing`
 */
export async function freezeInTransaction(scene: Scene, instance: string): Promise<string | null> {
  const end = Date.now() + CATCH_LIMIT_MS;
  let state: string | null = null;
  while (Date.now() < end) {
    state = await stateOf(scene, instance);
    if (state === 'Ongoing') {
      scene.fleet.signal(instance, 'SIGSTOP');
      // What it had sent before the stop may have ended the transaction: look again.
      await delay(20);
      state = await stateOf(scene, instance);
      if (state === 'Ongoing') return state;
      scene.fleet.signal(instance, 'SIGCONT');
    }
    await delay(POLL_MS);
  }
  return state;
}
