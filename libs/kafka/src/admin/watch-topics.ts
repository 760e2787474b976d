import { setTimeout as delay } from 'node:timers/promises';
import { BridgeError, isBridgeError } from '@gemini-events/events';
import type { Kafka } from 'kafkajs';
import { findUnfitTopics } from './topics.ts';

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 5_000;

/** What a service knows of the topics that it needs. */
export interface TopicWatch {
  /** Why it cannot work, with its code; null once all topics are there and fit. */
  reason(): string | null;
  /** Resolves when all topics are there and fit; never when `signal` is aborted before. */
  readonly fit: Promise<void>;
}

/**
 * Looks at a service's topics until they are there and fit: services never create topics, and a missing
 * one is no reason to exit.
 * @param options.input with it the topics need at least its number of partitions
 * @param options.onUnfit ERR_KAFKA_TOPIC_MISSING or ERR_KAFKA_UNAVAILABLE; told after each look
 */
export function watchTopics(
  kafka: Kafka,
  topics: readonly string[],
  options: {
    readonly input?: string;
    readonly signal: AbortSignal;
    readonly onUnfit: (error: BridgeError) => void;
  },
): TopicWatch {
  const { input, signal, onUnfit } = options;
  const fit = Promise.withResolvers<void>();
  let reason: string | null = 'looking for the topics';

  const look = async (): Promise<void> => {
    const faults = await findUnfitTopics(kafka, topics, input);
    if (faults.length === 0) return;
    throw new BridgeError(
      'ERR_KAFKA_TOPIC_MISSING',
      `${faults.join('; ')}: run gemini-events topics apply`,
    );
  };
  const watch = async (): Promise<void> => {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, MAX_WAIT_MS)) {
      try {
        await look();
        if (signal.aborted) return;
        reason = null;
        return fit.resolve();
      } catch (error) {
        if (signal.aborted) return;
        if (!isBridgeError(error)) throw error;
        reason = `${error.code}: ${error.message}`;
        onUnfit(error);
      }
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  };
  watch().catch(fit.reject);
  return { reason: () => reason, fit: fit.promise };
}
