import { hash } from 'node:crypto';
import { type ComposedValue, classify, composeRecord, isBridgeError } from '@gemini-events/events';
import type { RecordProducer } from '@gemini-events/kafka';
import { checkHeaders } from './check-headers.ts';
import type { DeliveryHeaders } from './delivery-headers.ts';
import type { Proof, Source, Sources } from './sources.ts';
import { ACCEPTED, refused, unavailable, type Verdict } from './verdict.ts';

/** A delivery whose headers are right; its body is still to come. */
interface OpenedDelivery {
  readonly source: Source;
  readonly headers: DeliveryHeaders;
  readonly receivedAt: number;
}

export interface AcceptorEvents {
  readonly acknowledged: (seconds: number) => void;
  readonly clockSkew: (seconds: number) => void;
  readonly failed: (cause: unknown) => void;
}

export interface DeliveryAcceptor {
  readonly hasSource: (source: string) => boolean;
  readonly open: (
    source: string,
    headers: DeliveryHeaders,
  ) => Verdict | { readonly opened: OpenedDelivery };
  readonly accept: (opened: OpenedDelivery, body: Buffer) => Verdict | Promise<Verdict>;
}

/** 16 bytes of SHA-256 as hex. */
const DIGEST_CHARS = 32;

/**
 * Takes deliveries: headers, timestamp, signature, then body; publishes the composed record and says
 * "accepted" only when it is acknowledged.
 *
 * @param options.encoder null until the schema ids are known
 * @param options.now milliseconds since 1970
 */
export function createDeliveryAcceptor(options: {
  readonly sources: Sources;
  readonly topic: string;
  readonly encoder: () => ((content: ComposedValue) => Buffer) | null;
  readonly producer: Pick<RecordProducer, 'publish'>;
  readonly now: () => number;
  readonly events: AcceptorEvents;
}): DeliveryAcceptor {
  const { sources, topic, producer, now, events } = options;

  function publish(
    opened: OpenedDelivery,
    proof: Proof,
    rawBody: Buffer,
  ): Verdict | Promise<Verdict> {
    const encode = options.encoder();
    if (encode === null) return unavailable('schemas');
    const { source, headers, receivedAt } = opened;
    const delivery = {
      webhookId: headers.id,
      webhookTimestamp: headers.timestamp,
      webhookSignature: headers.signature,
      source: source.name,
      labels: source.labels,
      ...proof,
      receivedAt,
      rawBody,
      bodyDigest: hash('sha256', rawBody).slice(0, DIGEST_CHARS),
    };
    const record = composeRecord(delivery, classify(rawBody));
    const value = encode(record.content);
    const startedAt = performance.now();
    return producer.publish({ topic, key: record.key, value, headers: record.headers }).then(
      () => {
        events.acknowledged((performance.now() - startedAt) / 1_000);
        return ACCEPTED;
      },
      (error: unknown) => failed(error),
    );
  }

  function failed(error: unknown): Verdict {
    if (isBridgeError(error, 'ERR_KAFKA_UNAVAILABLE')) return unavailable('kafka');
    events.failed(error);
    return unavailable('internal');
  }

  return {
    hasSource: (source) => sources.has(source),
    open(name, headers) {
      const source = sources.get(name);
      if (source === undefined) return refused('path_unknown');
      const receivedAt = now();
      const checked = checkHeaders(headers, receivedAt);
      if (checked.skewSeconds !== null) events.clockSkew(checked.skewSeconds);
      if (checked.refusal !== null) return refused(checked.refusal);
      return { opened: { source, headers, receivedAt } };
    },
    accept(opened, body) {
      try {
        const proof = opened.source.verify(opened.headers, body);
        return proof === null ? refused('signature_wrong') : publish(opened, proof, body);
      } catch (error) {
        return failed(error);
      }
    },
  };
}
