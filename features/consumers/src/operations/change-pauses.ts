import { audit } from '@gemini-events/access/audit';
import type { ConsumersConfig } from '@gemini-events/cli-kit/config';
import { BridgeError } from '@gemini-events/events';
import { createPool, migrate } from '@gemini-events/postgres';
import type { Pauses } from '../store/pauses/pauses.ts';
import { createPostgresPauses } from '../store/pauses/postgres-pauses.ts';
import { listConsumers } from './list-consumers.ts';

export interface ChangeRequest {
  readonly consumer: string;
  /** Null: all of them. */
  readonly partition: number | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly dryRun: boolean;
}

/** What a command changed, or would change. */
export interface PauseChange {
  readonly action: 'pause' | 'resume';
  readonly consumer: string;
  readonly partition: number | null;
  /** False where it was so already; nothing was written then. */
  readonly changed: boolean;
  readonly dryRun: boolean;
  /** Partitions that are paused after it; null among them: all. */
  readonly paused: readonly (number | null)[];
}

/**
 * Pauses a consumer, or one of its partitions; the audit entry comes first.
 * @throws BridgeError ERR_CONSUMER_UNKNOWN; those of Kafka, registry and Postgres
 */
export async function pauseConsumer(
  config: ConsumersConfig,
  request: ChangeRequest,
): Promise<PauseChange> {
  // Whoever mistypes a name would think that it was paused.
  const known = (await listConsumers(config)).map(({ consumer }) => consumer);
  const { consumer, partition, actor, reason } = request;
  if (!known.includes(consumer)) {
    const names = known.length === 0 ? 'none is known' : `known are ${known.join(', ')}`;
    throw new BridgeError('ERR_CONSUMER_UNKNOWN', `there is no consumer ${consumer}; ${names}`);
  }
  return changing(config, request, 'pause', {
    isChange: (paused) => !paused.includes(partition),
    apply: (pauses, at) => pauses.add({ consumer, partition, actor, reason, at }),
    after: (paused) => [...new Set([...paused, partition])].sort(inOrder),
  });
}

/**
 * Ends the pause of a partition, or all pauses of a consumer; the audit entry comes first.
 * @throws BridgeError those of Kafka, registry and Postgres
 */
export function resumeConsumer(
  config: ConsumersConfig,
  request: ChangeRequest,
): Promise<PauseChange> {
  const { consumer, partition } = request;
  return changing(config, request, 'resume', {
    isChange: (paused) => (partition === null ? paused.length > 0 : paused.includes(partition)),
    apply: (pauses) => pauses.end(consumer, partition),
    after: (paused) => (partition === null ? [] : paused.filter((each) => each !== partition)),
  });
}

async function changing(
  config: ConsumersConfig,
  request: ChangeRequest,
  action: 'pause' | 'resume',
  change: {
    readonly isChange: (paused: PauseChange['paused']) => boolean;
    readonly apply: (pauses: Pauses, at: number) => Promise<unknown>;
    readonly after: (paused: PauseChange['paused']) => PauseChange['paused'];
  },
): Promise<PauseChange> {
  const { consumer, partition, actor, reason, dryRun } = request;
  const pool = createPool({
    connectionString: config.DATABASE_URL.reveal(),
    applicationName: `${config.TOPIC_PREFIX}.cli`,
    size: 1,
  });
  try {
    if (!dryRun) await migrate(pool);
    const pauses = createPostgresPauses(pool);
    const before = (await pauses.list(consumer)).map((each) => each.partition);
    const changed = change.isChange(before);
    if (changed && !dryRun) {
      const at = Date.now();
      const subject = partition === null ? consumer : `${consumer}/${partition}`;
      await audit(config, {
        actor,
        action: `consumer.${action}`,
        subject,
        reason,
        details: {},
        at,
      });
      await change.apply(pauses, at);
    }
    const paused = changed ? change.after(before) : before;
    return { action, consumer, partition, changed, dryRun, paused };
  } finally {
    await pool.close();
  }
}

function inOrder(one: number | null, other: number | null): number {
  return (one ?? -1) - (other ?? -1);
}
