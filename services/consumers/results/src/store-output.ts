import { done, type Outcome, skip } from '@gemini-events/consumer';
import type { ProducerRecord } from '@gemini-events/kafka';
import type { Result } from '@gemini-events/schemas';
import { fetchOutput } from './fetch-output.ts';
import type { GeminiClient } from './gemini/client.ts';
import type { OutputEvents } from './output-events.ts';
import { isOurs, planOutput, type ResultEvent } from './plan-output.ts';
import { resultRecord } from './result-record.ts';
import type { OutputStore } from './store/output-store.ts';

export interface Parts {
  readonly client: GeminiClient;
  readonly store: OutputStore;
  /** Waits out an outage of Kafka. */
  readonly publish: (record: ProducerRecord, signal: AbortSignal) => Promise<void>;
  readonly encodeResult: (result: Result) => Buffer;
  /** Where outputs are announced. */
  readonly topic: string;
  readonly events: OutputEvents;
}

/**
 * Fetches, stores and announces the output of an event; all of it once for each job and type, whatever
 * the event's id. Done when Kafka has acknowledged.
 */
export async function storeOutput(
  parts: Parts,
  event: ResultEvent,
  signal: AbortSignal,
): Promise<Outcome> {
  const { store, client, events } = parts;
  const plan = planOutput(event);
  if (plan === null) return skip('it has no output');
  const id = { source: event.source, job: plan.name, type: plan.type };
  let output = await store.find(id);
  if (output === null) {
    const isProven = isOurs(event);
    const content = await fetchOutput(client, plan, { isProven, signal });
    output = await store.put(id, event.event_id, content);
    events.storedBytes(output.sizeBytes);
  } else if (await store.isAnnounced(id)) {
    events.settled('repeat');
    return skip('its output is stored already');
  }
  signal.throwIfAborted();
  await parts.publish(
    resultRecord(event, output, { topic: parts.topic, encode: parts.encodeResult }),
    signal,
  );
  // The one window in which a result is announced twice: a crash between Kafka's acknowledgement and
  // this mark. The second record has the same key, event id and checksum.
  await store.markAnnounced(id);
  events.settled('stored');
  return done();
}
