import { connectionFrom, createKafkaJs, groupsWithLag } from '@gemini-events/kafka';
import {
  createPool,
  createPostgresParking,
  createPostgresPauses,
  migrationStatus,
  type Pause,
} from '@gemini-events/postgres';
import type { ConsumersConfig } from '../../config.ts';
import { findConsumers } from '../../find-consumers.ts';

export interface Standing {
  readonly consumer: string;
  /** Members of its group: instances that run. */
  readonly members: number;
  readonly lag: number;
  readonly parked: number;
  readonly pauses: readonly Omit<Pause, 'consumer'>[];
}

/** Its group is called like a consumer's. */
const NOT_CONSUMERS = ['dedup'];

/**
 * The consumers of this checkout, those that have a group of this bridge, and those that are paused.
 * @throws BridgeError ERR_KAFKA_UNAVAILABLE; those of Postgres
 */
export async function listConsumers(config: ConsumersConfig): Promise<readonly Standing[]> {
  const { TOPIC_PREFIX: prefix } = config;
  const kafka = createKafkaJs(connectionFrom(config, `${prefix}.cli`));
  const groups = new Map(
    (await groupsWithLag(kafka, `${prefix}.`)).map(({ groupId, ...standing }) => [
      groupId.slice(prefix.length + 1),
      standing,
    ]),
  );
  const pool = createPool({
    connectionString: config.DATABASE_URL.reveal(),
    applicationName: `${prefix}.cli`,
    size: 1,
  });
  try {
    // A database that no consumer has prepared yet holds nothing.
    const isPrepared = (await migrationStatus(pool)).pending.length === 0;
    const pauses = isPrepared ? await createPostgresPauses(pool).list() : [];
    const names = new Set([
      ...findConsumers(),
      ...groups.keys(),
      ...pauses.map(({ consumer }) => consumer),
    ]);
    const standings: Standing[] = [];
    for (const consumer of [...names].filter((each) => !NOT_CONSUMERS.includes(each)).sort()) {
      const counts = isPrepared ? await createPostgresParking(pool).counts(consumer) : new Map();
      const { members, lag } = groups.get(consumer) ?? { members: 0, lag: 0 };
      standings.push({
        consumer,
        members,
        lag,
        parked: [...counts.values()].reduce((sum: number, count: number) => sum + count, 0),
        pauses: pauses
          .filter((pause) => pause.consumer === consumer)
          .map(({ partition, actor, reason, at }) => ({ partition, actor, reason, at })),
      });
    }
    return standings;
  } finally {
    await pool.close();
  }
}
