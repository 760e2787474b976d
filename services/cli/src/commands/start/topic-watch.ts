import type { Cluster } from '@gemini-events/kafka/cluster';
import { type Cursor, logOffsets, readCommitted } from '@gemini-events/kafka/reader';
import { TOPICS } from '@gemini-events/schemas';

/** What is counted of a run on the topics. */
export interface TopicCounts {
  readonly events: number;
  /** Part of `events`: types that no consumer of this version knows. */
  readonly unknown: number;
  readonly quarantined: number;
  readonly results: number;
}

const WEBHOOK_ID = 'webhook-id';

/**
 * Reads the output topics from their present end on, as any subscriber with read_committed would, and
 * remembers the webhook-id of each record.
 */
export async function watchTopics(cluster: Cluster, prefix: string, signal: AbortSignal) {
  const watched = TOPICS.filter(({ name }) => /^(events\.\w+|quarantine|results)$/.test(name));
  const seen = new Map<string, string[]>(watched.map(({ name }) => [name, []]));
  const cursors = (
    await Promise.all(
      watched.map(async ({ name, partitions }) => {
        const topic = `${prefix}.${name}`;
        const all = Array.from({ length: partitions }, (_, partition) => partition);
        const ends = await logOffsets(cluster, topic, all, 'latest');
        return all.map((partition): Cursor & { name: string } => ({
          topic,
          name,
          partition,
          position: ends.get(partition) ?? 0,
        }));
      }),
    )
  ).flat();
  const ending = new AbortController();
  const reading = readCommitted(cluster, cursors, {
    signal: AbortSignal.any([signal, ending.signal]),
    onRecord: ({ name }, record) => {
      const id = record.headers().find(([key]) => key.toString() === WEBHOOK_ID)?.[1];
      seen.get(name)?.push(String(id));
    },
  });
  // Looked at when it is stopped; until then a failure only stops the counting.
  reading.catch(() => undefined);

  const countOf = (name: string, ids: ReadonlySet<string>): number =>
    (seen.get(name) ?? []).filter((id) => ids.has(id)).length;
  return {
    /** Records whose webhook-id is among `ids`: what an earlier run left behind does not count. */
    count(ids: ReadonlySet<string>): TopicCounts {
      const events = watched.filter(({ name }) => name.startsWith('events.'));
      return {
        events: events.reduce((sum, { name }) => sum + countOf(name, ids), 0),
        unknown: countOf('events.unknown', ids),
        quarantined: countOf('quarantine', ids),
        results: countOf('results', ids),
      };
    },
    async stop(): Promise<void> {
      ending.abort();
      await reading;
    },
  };
}
