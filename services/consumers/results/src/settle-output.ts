import { done, type HandlerContext, type Outcome, skip } from '@gemini-events/consumer';
import type { Gemini } from '@gemini-events/gemini';
import type { ProducerRecord } from '@gemini-events/kafka/producer';
import type { Manifest, Outputs } from '@gemini-events/objects';
import type { Result } from '@gemini-events/schemas';
import type { Ended } from './fetch/ended.ts';
import { fetchBatch } from './fetch/fetch-batch.ts';
import type { FetchContext } from './fetch/fetch-context.ts';
import { fetchInteraction } from './fetch/fetch-interaction.ts';
import { fetchVideo } from './fetch/fetch-video.ts';
import type { OutputEvents } from './output-events.ts';
import { isOurs, type OutputPlan, planOutput, type ResultEvent } from './plan-output.ts';
import { createProgressTeller } from './progress.ts';
import { resultRecord } from './result-record.ts';

export interface Parts {
  readonly gemini: Gemini;
  readonly outputs: Outputs;
  /** Longest output that is stored. */
  readonly maxBytes: number;
  /** Waits out an outage of Kafka. */
  readonly publish: (record: ProducerRecord, signal: AbortSignal) => Promise<void>;
  readonly encodeResult: (result: Result) => Buffer;
  /** Where outputs are announced. */
  readonly topic: string;
  /** URI of the manifest of an output. */
  readonly manifestUri: (manifest: Manifest) => string;
  readonly events: OutputEvents;
  readonly now: () => number;
}

/**
 * Fetches, stores and announces the output of an event, or why there is none; all of it once for each job
 * and type, whatever the event's id. Done when Kafka has acknowledged.
 */
export async function settleOutput(
  parts: Parts,
  event: ResultEvent,
  context: Pick<HandlerContext, 'signal' | 'log' | 'progress'>,
): Promise<Outcome> {
  const { outputs, events } = parts;
  const { signal } = context;
  const plan = planOutput(event);
  if (plan === null) return skip('its job has not ended');
  const id = { source: event.source, job: plan.name, type: plan.type };
  let manifest = await outputs.find(id);
  if (manifest !== null && manifest.eventId !== event.event_id) {
    events.settled('repeat');
    return skip('its output is stored already');
  }
  if (manifest === null) {
    const ended = await fetch(parts, plan, { event, id, context });
    signal.throwIfAborted();
    manifest = await outputs.settle({
      version: 1,
      ...id,
      eventId: event.event_id,
      ...ended,
      storedAt: parts.now(),
    });
    events.stored(manifest);
  }
  signal.throwIfAborted();
  // The event that is named in the manifest announces it. One window is left in which it does so twice:
  // a crash between Kafka's acknowledgement and the inbox. Key, event id and checksum are the same then.
  const { topic, encodeResult: encode, manifestUri } = parts;
  const record = resultRecord(event, manifest, { topic, encode, uri: manifestUri(manifest) });
  await parts.publish(record, signal);
  events.settled(manifest.status);
  return done();
}

async function fetch(
  parts: Parts,
  plan: OutputPlan,
  of: {
    readonly event: ResultEvent;
    readonly id: FetchContext['id'];
    readonly context: Pick<HandlerContext, 'signal' | 'log' | 'progress'>;
  },
): Promise<Ended> {
  const { gemini, outputs, maxBytes, events } = parts;
  const { event, id, context } = of;
  const fetching: FetchContext = {
    gemini,
    outputs,
    id,
    maxBytes,
    isProven: isOurs(event),
    signal: context.signal,
    onBytes: createProgressTeller(context.progress, parts.now),
    onResume(at, error) {
      events.resumed();
      context.log.warn({ at, err: error }, 'a download broke off; it goes on where it was');
    },
  };
  switch (plan.kind) {
    case 'batch':
      return fetchBatch(fetching, plan);
    case 'interaction':
      return fetchInteraction(fetching, plan);
    case 'file':
    case 'operation':
      return fetchVideo(fetching, plan);
  }
}
