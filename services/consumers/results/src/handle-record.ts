import { setTimeout as delay } from 'node:timers/promises';
import { BridgeError } from '@gemini-events/events';
import type { ConsumedRecord, Decoder, HandleContext, RecordProducer } from '@gemini-events/kafka';
import type { Result } from '@gemini-events/schemas';
import { deadLetter } from './dead-letter.ts';
import { fetchOutput } from './fetch-output.ts';
import type { GeminiClient } from './gemini/client.ts';
import type { Outcome, ResultsEvents } from './internal-events.ts';
import { isOurs, planOutput, type ResultEvent } from './plan-output.ts';
import { resultRecord } from './result-record.ts';
import { decideRetry } from './retry-policy.ts';
import type { OutputStore } from './store/output-store.ts';

export interface Adapters {
  readonly decoder: Pick<Decoder, 'decode'>;
  readonly client: GeminiClient;
  readonly store: OutputStore;
  readonly producer: Pick<RecordProducer, 'publish'>;
  /** Null until the schema id is known. */
  readonly encodeResult: () => ((result: Result) => Buffer) | null;
  readonly topics: { readonly results: string; readonly deadLetters: string };
  readonly retry: { readonly maxAttempts: number; readonly firstWaitMs: number };
  readonly now: () => number;
  readonly random: () => number;
  readonly events: ResultsEvents;
}

/**
 * Handles one event: fetch, store, announce. Tries again in place, which keeps the order of its key;
 * what cannot be done ends as a dead letter. Returns when the event is settled. Throws when Kafka or
 * the registry is away and when it has to let go: the record is then handled again, its tries counted
 * anew.
 */
export async function handleRecord(
  adapters: Adapters,
  record: ConsumedRecord,
  { draining, signal }: HandleContext,
): Promise<void> {
  const { events, now } = adapters;
  const startedAt = now();
  const settle = (outcome: Outcome): void => events.settled(outcome, (now() - startedAt) / 1000);
  let firstFailureAt: number | undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      settle(await storeOutput(adapters, record, signal));
      return;
    } catch (error) {
      signal.throwIfAborted();
      const { random, retry } = adapters;
      const decision = decideRetry(error, { attempt, ...retry, random });
      if (decision.kind === 'blocked') throw error;
      const lastFailureAt = now();
      firstFailureAt ??= lastFailureAt;
      events.failed(error, decision);
      if (decision.kind === 'dead-letter') {
        const topic = adapters.topics.deadLetters;
        const failure = { error, attempts: attempt, firstFailureAt, lastFailureAt };
        // A crash before the offset is committed writes it once more: same origin in its headers.
        await adapters.producer.publish(
          deadLetter(record, { topic, consumer: 'results', ...failure }),
        );
        settle('dead_lettered');
        return;
      }
      await delay(decision.waitMs, undefined, { signal: draining });
    }
  }
}

async function storeOutput(
  adapters: Adapters,
  record: ConsumedRecord,
  signal: AbortSignal,
): Promise<Outcome> {
  const { store, client, events } = adapters;
  const event = await readEvent(adapters, record);
  const plan = planOutput(event);
  if (plan === null) return 'skipped';
  const id = { source: event.source, job: plan.name, type: plan.type };
  let output = await store.find(id);
  if (output === null) {
    const isProven = isOurs(event);
    const content = await fetchOutput(client, plan, { isProven, signal });
    output = await store.put(id, event.event_id, content);
    events.storedBytes(output.sizeBytes);
  } else if (await store.isAnnounced(id)) {
    return 'repeat';
  }
  const encode = adapters.encodeResult();
  if (encode === null) {
    throw new BridgeError('ERR_SCHEMA_MISSING', 'the schema id of Result is not known yet');
  }
  signal.throwIfAborted();
  await adapters.producer.publish(
    resultRecord(event, output, { topic: adapters.topics.results, encode }),
  );
  // The one window in which a result is announced twice: a crash between Kafka's acknowledgement and
  // this mark. The second record has the same key, event id and checksum.
  await store.markAnnounced(id);
  return 'stored';
}

async function readEvent(adapters: Adapters, record: ConsumedRecord): Promise<ResultEvent> {
  const { name, value } = await adapters.decoder.decode(record.value ?? Buffer.alloc(0));
  if (name === 'BatchEvent' || name === 'InteractionEvent' || name === 'VideoEvent') return value;
  throw new BridgeError('ERR_SCHEMA_UNKNOWN', `a ${name} does not belong on ${record.topic}`);
}
