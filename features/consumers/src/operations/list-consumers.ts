import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumersConfig } from '@gemini-events/cli-kit/config';
import { groupsWithLag } from '@gemini-events/kafka/admin';
import { connectionFrom, createKafkaJs } from '@gemini-events/kafka/connection';
import { createPool, migrationStatus } from '@gemini-events/postgres';
import { createPostgresParking } from '../store/parking/postgres-parking.ts';
import type { Pause } from '../store/pauses/pauses.ts';
import { createPostgresPauses } from '../store/pauses/postgres-pauses.ts';
import { findConsumers } from './find-consumers.ts';

export interface Standing {
  readonly consumer: string;
  /** Members of its group: instances that run. */
  readonly members: number;
  readonly lag: number;
  /** Records per second, over the last moment; null where nobody measured. */
  readonly rate: number | null;
  readonly parked: number;
  readonly pauses: readonly Omit<Pause, 'consumer'>[];
}

const NOBODY = { members: 0, lag: 0, committed: 0 };

/** Groups that are called like a consumer's. */
const isConsumer = (name: string): boolean =>
  !['dedup', 'sync'].includes(name) && !/^replay-\d{8}-[0-9a-f]{6}$/.test(name);

/**
 * The consumers of this checkout, those that have a group of this bridge, and those that are paused.
 * @throws BridgeError ERR_KAFKA_UNAVAILABLE; those of Postgres
 */
export async function listConsumers(
  config: ConsumersConfig,
  overMs: number | null = null,
): Promise<readonly Standing[]> {
  const { TOPIC_PREFIX: prefix } = config;
  const kafka = createKafkaJs(connectionFrom(config, `${prefix}.cli`));
  const look = async () =>
    new Map(
      (await groupsWithLag(kafka, `${prefix}.`)).map(({ groupId, ...standing }) => [
        groupId.slice(prefix.length + 1),
        standing,
      ]),
    );
  const before = overMs === null ? null : { groups: await look(), at: performance.now() };
  if (overMs !== null) await delay(overMs);
  const groups = await look();
  const seconds = before === null ? 0 : (performance.now() - before.at) / 1_000;
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
    for (const consumer of [...names].filter(isConsumer).sort()) {
      const counts = isPrepared ? await createPostgresParking(pool).counts(consumer) : new Map();
      const { members, lag, committed } = groups.get(consumer) ?? NOBODY;
      const earlier = before?.groups.get(consumer)?.committed ?? committed;
      standings.push({
        consumer,
        members,
        lag,
        rate: before === null ? null : Math.max(0, committed - earlier) / seconds,
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
