import { type Finding, ok, warn } from '@gemini-events/cli-kit/finding';
import type { Cluster } from '@gemini-events/kafka/cluster';
import type { PostgresPool } from '@gemini-events/postgres';
import { behindOf } from './operations/behind.ts';
import { createReadModel } from './store/read-model.ts';

/** A read model that is further behind does not say what is. */
const MOST_BEHIND = 10_000;

/** Whether the read model is filled, and how far it is behind the topics. */
export async function checkReadModel(
  cluster: Cluster,
  pool: PostgresPool,
): Promise<readonly Finding[]> {
  const places = await createReadModel(pool).places();
  const advice =
    'Start sync: services/consumers/sync/src/main.ts; see `gemini-events read-model status`.';
  if (places.length === 0) return [warn('read model', 'nothing is in it', advice)];
  let behind = 0;
  for (const [topic, ofTopic] of Map.groupBy(places, (place) => place.topic)) {
    behind += await behindOf(cluster, topic, ofTopic);
  }
  const detail = `${behind} offsets behind`;
  return [behind > MOST_BEHIND ? warn('read model', detail, advice) : ok('read model', detail)];
}
