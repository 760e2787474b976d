import { setTimeout as delay } from 'node:timers/promises';
import { BridgeError, cloudEventHeaders, HEADER } from '@gemini-events/events';
import type { ConsumedRecord, Decoder, RecordProducer } from '@gemini-events/kafka';
import type { Result } from '@gemini-events/schemas';
import { deadLetter } from './dead-letter.ts';
import { fetchOutput } from './fetch-output.ts';
import type { GeminiClient } from './gemini/client.ts';
import type { ResultsEvents } from './internal-events.ts';
import { planOutput, type ResultEvent } from './plan-output.ts';
import { retryWaitMs } from './retry-policy.ts';
import type { OutputStore, StoredOutput } from './store/output-store.ts';

/** What became of one event. */
export type Outcome = 'stored' | 'repeat' | 'skipped' | 'dead_lettered';

export interface Adapters {
  readonly decoder: Pick<Decoder, 'decode'>;
  readonly client: GeminiClient;
  readonly store: OutputStore;
  readonly producer: Pick<RecordProducer, 'publish'>;
  /** Null until the schema id is known. */
  readonly encodeResult: () => ((result: Result) => Buffer) | null;
  readonly topics: { readonly results: string; readonly deadLetters: string };
  readonly maxAttempts: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly events: ResultsEvents;
}

/**
 * Handles one event: fetch, store, announce. Tries again in place, which keeps the order of its key;
 * what cannot be done ends as a dead letter. Returns when the event is settled; throws only when Kafka
 * could not take the outcome, or on abort: the record is then handled again.
 */
export async function handleRecord(adapters: Adapters, record: ConsumedRecord, signal: AbortSignal): Promise<void> {
  const { events, now } = adapters;
  const startedAt = now();
  let firstFailureAt = 0;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      const outcome = await storeOutput(adapters, record);
      events.settled(outcome, (now() - startedAt) / 1000);
      return;
    } catch (error) {
      signal.throwIfAborted();
      // Without Kafka nothing can be announced, and a dead letter cannot be written either.
      if (error instanceof BridgeError && error.code === 'ERR_KAFKA_UNAVAILABLE') throw error;
      firstFailureAt ||= now();
      const waitMs = retryWaitMs(error, attempt, adapters.maxAttempts, adapters.random);
      events.failed(error, waitMs);
      if (waitMs === null) {
        await adapters.producer.publish(
          deadLetter(record, {
            topic: adapters.topics.deadLetters,
            consumer: 'results',
            error,
            attempts: attempt,
            firstFailureAt,
            lastFailureAt: now(),
          }),
        );
        events.settled('dead_lettered', (now() - startedAt) / 1000);
        return;
      }
      await delay(waitMs, undefined, { signal });
    }
  }
}

async function storeOutput(adapters: Adapters, record: ConsumedRecord): Promise<Outcome> {
  const event = await readEvent(adapters, record);
  const plan = planOutput(event);
  if (plan.kind === 'none') return 'skipped';
  const { store, client } = adapters;
  const id = { source: event.source, resourceId: event.resource_id, type: event.type };
  let stored = await store.find(id);
  let outcome: Outcome = 'repeat';
  if (stored === null) {
    // Our own key finds only jobs of our own project: for an unproven event that is the proof.
    const content = await fetchOutput(client, plan);
    if (content === null) return 'skipped';
    stored = await store.put(id, content);
    outcome = 'stored';
  } else if (await store.isAnnounced(id)) {
    return 'repeat';
  }
  await announce(adapters, event, stored);
  // A crash right here announces the same result once more: same key, same content.
  await store.markAnnounced(id);
  return outcome;
}

async function readEvent(adapters: Adapters, record: ConsumedRecord): Promise<ResultEvent> {
  const { name, value } = await adapters.decoder.decode(record.value ?? Buffer.alloc(0));
  if (name === 'BatchEvent' || name === 'InteractionEvent' || name === 'VideoEvent') return value;
  throw new BridgeError('ERR_SCHEMA_UNKNOWN', `a ${name} does not belong on ${record.topic}`);
}

async function announce(adapters: Adapters, event: ResultEvent, stored: StoredOutput): Promise<void> {
  const encode = adapters.encodeResult();
  if (encode === null) throw new BridgeError('ERR_SCHEMA_MISSING', 'the schema id of Result is not known yet');
  const value = encode({
    event_id: event.event_id,
    type: event.type,
    source: event.source,
    resource_id: event.resource_id,
    object_uri: stored.uri,
    content_type: stored.contentType,
    size_bytes: stored.sizeBytes,
    sha256: stored.sha256,
    stored_at: stored.storedAt,
  });
  await adapters.producer.publish({
    topic: adapters.topics.results,
    key: event.resource_id,
    value,
    headers: {
      [HEADER.webhookId]: event.event_id,
      [HEADER.source]: event.source,
      ...cloudEventHeaders({
        eventId: event.event_id,
        source: event.source,
        type: 'gemini.result.stored',
        subject: event.resource_id,
        time: stored.storedAt,
      }),
    },
  });
}
