import type { Bridge } from '@gemini-events/cli-kit/bridge';
import type { EventFilter } from '@gemini-events/consumer/select';
import { BridgeError } from '@gemini-events/events';
import { applyTopics } from '@gemini-events/kafka/admin';
import { connectionFrom, createKafkaJs } from '@gemini-events/kafka/connection';
import { topicNames } from '@gemini-events/schemas';
import { findRanges, type OffsetsOf, partitionsOf } from './find-ranges.ts';
import type { ReplayPlan } from './replay-plan.ts';

/** What was asked for on the command line. */
export interface ReplayRequest {
  readonly to:
    | { readonly kind: 'consumer'; readonly name: string }
    | { readonly kind: 'topic'; readonly name: string };
  /** Families, and `unknown`. */
  readonly routes: readonly ('batch' | 'interaction' | 'video' | 'unknown')[];
  readonly filter: EventFilter;
  readonly offsets: readonly OffsetsOf[];
  readonly effects: 'skip' | 'again';
  readonly perSecond: number | null;
}

/**
 * Finds out what a replay would read and where it would write; changes nothing.
 * @throws BridgeError ERR_REPLAY_INVALID, ERR_CONSUMER_UNKNOWN, ERR_KAFKA_TOPIC_MISSING
 */
export async function planReplay(
  { cluster, prefix }: Bridge,
  { to, routes, filter, offsets, effects, perSecond }: ReplayRequest,
): Promise<ReplayPlan> {
  const names = topicNames(prefix);
  const sources = routes.map((route) => names.events(route));
  const { since, until, resources } = filter;
  const keys = resources.length === 0 ? null : resources;
  const ranges = await findRanges(cluster, sources, { since, until, keys, offsets });
  const counts = await Promise.all(sources.map((topic) => partitionsOf(cluster, topic)));
  const needed = Math.max(...counts);
  const common = { ranges, filter, effects, perSecond };
  if (to.kind === 'topic') {
    if ((await cluster.partitionCount(to.name).catch(() => 0)) > 0) {
      const why = 'a replay reaches nobody who reads it already, so it makes a new one';
      throw new BridgeError('ERR_REPLAY_INVALID', `the topic ${to.name} exists; ${why}`);
    }
    return { ...common, consumer: null, topic: to.name, partitions: needed };
  }
  const topic = names.replay(to.name);
  const partitions = await cluster.partitionCount(topic).catch(() => 0);
  if (partitions === 0) {
    const message = `there is no consumer ${to.name}: the topic ${topic} is missing`;
    throw new BridgeError('ERR_CONSUMER_UNKNOWN', message);
  }
  if (partitions < needed) {
    const message = `${topic} has ${partitions} partitions, its sources have ${needed}`;
    throw new BridgeError('ERR_KAFKA_TOPIC_MISFIT', message);
  }
  return { ...common, consumer: to.name, topic, partitions };
}

/** Makes the topic of a replay that is for no consumer. */
export async function makeTopic({ config }: Bridge, plan: ReplayPlan): Promise<void> {
  const [prefix, ...rest] = plan.topic.split('.');
  const declaration = {
    name: rest.join('.'),
    purpose: 'Events that were replayed for somebody.',
    partitions: plan.partitions,
    fixedPartitions: true,
    config: { 'cleanup.policy': 'delete', 'retention.ms': String(7 * 86_400_000) },
    record: null,
  };
  await applyTopics(createKafkaJs(connectionFrom(config, `${config.TOPIC_PREFIX}.cli`)), {
    prefix: prefix ?? '',
    topics: [declaration],
    dryRun: false,
  });
}
