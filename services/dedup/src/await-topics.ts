import { BridgeError } from '@gemini-events/events';
import { type TopicWatch, topicConfig, watchTopics } from '@gemini-events/kafka/admin';
import type { createKafkaJs } from '@gemini-events/kafka/connection';
import { untilSuccess } from '@gemini-events/service';
import { findChangelogFault } from './changelog-fault.ts';
import type { Topology } from './topology.ts';

/**
 * Waits until the topics of the topology are there and fit, however long Kafka is away, and then looks
 * once at how long the changelog is kept.
 * @returns a watch whose `fit` rejects with BridgeError ERR_DEDUP_CHANGELOG_RETENTION where that is less
 * than the window
 */
export function awaitTopics(
  kafka: ReturnType<typeof createKafkaJs>,
  { source, store, sinks }: Topology,
  options: {
    readonly windowMs: number;
    readonly signal: AbortSignal;
    readonly onFailure: (error: unknown) => void;
  },
): TopicWatch {
  const { windowMs, signal, onFailure } = options;
  const changelog = store.changelog;
  const outputs = sinks.map(({ topic }) => topic);
  const watch = watchTopics(kafka, [changelog, ...outputs], {
    input: source.topic,
    signal,
    onUnfit: onFailure,
  });
  let reason: string | null = `looking at the settings of ${changelog}`;

  const check = async (): Promise<void> => {
    const config = await untilSuccess(() => topicConfig(kafka, changelog), {
      signal,
      onFailure: (error) => {
        reason = `looking at the settings of ${changelog}: ${String(error)}`;
        onFailure(error);
      },
    });
    const fault = findChangelogFault(changelog, config, windowMs);
    if (fault !== null) throw new BridgeError('ERR_DEDUP_CHANGELOG_RETENTION', fault);
    reason = null;
  };
  return { reason: () => watch.reason() ?? reason, fit: watch.fit.then(check) };
}
