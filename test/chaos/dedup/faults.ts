import { setTimeout as delay } from 'node:timers/promises';
import { type Cluster, transactionState } from '@gemini-events/kafka';
import type { EmbeddedKafka } from '@gemini-events/stack';
import type { Random } from '../random.ts';
import type { Fleet } from './fleet.ts';

export type Fault =
  | 'kill in an open transaction'
  | 'kill'
  | 'stop past the session timeout'
  | 'end in order'
  | 'scale out and in'
  | 'kill the broker';

/** Past the session timeout (6 s) and near the transaction timeout (8 s). */
const STOP_MS = { min: 6_500, max: 10_000 };
const CATCH_LIMIT_MS = 20_000;
const POLL_MS = 2;

/** Does one fault and mends it; says what was done. */
export async function strike(
  fault: Fault,
  on: {
    readonly fleet: Fleet;
    readonly kafka: EmbeddedKafka;
    readonly cluster: Cluster;
    readonly random: Random;
  },
): Promise<string> {
  const { fleet, kafka, cluster, random } = on;
  const instance = random.pick(fleet.names());
  switch (fault) {
    case 'kill in an open transaction': {
      const state = await freezeInTransaction(fleet, cluster, instance);
      await fleet.kill(instance);
      const after = await transactionState(cluster, fleet.transactionalId(instance));
      await fleet.launch(instance);
      const verdict = state === 'Ongoing' && after === 'Ongoing' ? 'inside' : 'NOT inside';
      return `kill -9 of ${instance} ${verdict} an open transaction (coordinator says ${after} after it)`;
    }
    case 'kill':
      await fleet.kill(instance);
      await fleet.launch(instance);
      return `kill -9 of ${instance}`;
    case 'stop past the session timeout': {
      const ms = random.int(STOP_MS.min, STOP_MS.max);
      fleet.signal(instance, 'SIGSTOP');
      await delay(ms);
      fleet.signal(instance, 'SIGCONT');
      return `SIGSTOP of ${instance} for ${ms} ms`;
    }
    case 'end in order':
      await fleet.end(instance);
      await fleet.launch(instance);
      return `SIGTERM of ${instance}, started again`;
    case 'scale out and in': {
      const extra = 'extra';
      await fleet.launch(extra);
      await delay(random.int(2_000, 5_000));
      await fleet.end(extra);
      return 'one instance more, and less again';
    }
    case 'kill the broker':
      await kafka.crash();
      await delay(random.int(200, 3_000));
      await kafka.restart();
      return 'kill -9 of the broker, started again';
  }
}

/** Stops a process at a moment at which the coordinator says that its transaction is open. */
async function freezeInTransaction(
  fleet: Fleet,
  cluster: Cluster,
  instance: string,
): Promise<string | null> {
  const end = Date.now() + CATCH_LIMIT_MS;
  let state: string | null = null;
  while (Date.now() < end) {
    state = await transactionState(cluster, fleet.transactionalId(instance)).catch(() => null);
    if (state === 'Ongoing') {
      fleet.signal(instance, 'SIGSTOP');
      // What it had sent before the stop may have ended the transaction: look again.
      await delay(20);
      state = await transactionState(cluster, fleet.transactionalId(instance)).catch(() => null);
      if (state === 'Ongoing') return state;
      fleet.signal(instance, 'SIGCONT');
    }
    await delay(POLL_MS);
  }
  return state;
}
