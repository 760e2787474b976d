import { hash } from 'node:crypto';
import {
  type Classification,
  type ComposedValue,
  canonicalType,
  classify,
  composeRecord,
  isBridgeError,
  type VerifiedDelivery,
} from '@gemini-events/events';
import type { RecordProducer } from '@gemini-events/kafka/producer';
import { hasOwnerTag } from '@gemini-events/webhooks';
import type { Proof, Source, Sources, Verification } from '../sources/source.ts';
import { checkHeaders } from './check-headers.ts';
import type { DeliveryHeaders } from './delivery-headers.ts';
import { traceParent } from './trace-parent.ts';
import { refused, unavailable, type Verdict } from './verdict.ts';

/** A delivery whose headers are right; its body is still to come. */
interface OpenedDelivery {
  readonly source: Source;
  readonly headers: DeliveryHeaders;
  readonly address: string;
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
    address: () => string,
  ) => Verdict | { readonly opened: OpenedDelivery };
  readonly accept: (opened: OpenedDelivery, body: Buffer) => Verdict | Promise<Verdict>;
}

/** 16 bytes of SHA-256 as hex. */
const DIGEST_CHARS = 32;

/**
 * Takes deliveries: headers, timestamp, signature, then body; publishes the composed record and says
 * "accepted" only when it is acknowledged.
 *
 * @param options.sources asked for each delivery: a reload swaps them
 * @param options.encoder null until the schema ids are known
 * @param options.now milliseconds since 1970
 */
export function createDeliveryAcceptor(options: {
  readonly sources: () => Sources;
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
    const bodyDigest = hash('sha256', rawBody).slice(0, DIGEST_CHARS);
    const classification = classifyProven(rawBody, proof);
    const delivery = {
      webhookId: headers.id,
      webhookTimestamp: headers.timestamp,
      webhookSignature: proof.signature ?? headers.signature,
      source: source.name,
      labels: source.labels,
      scheme: proof.scheme,
      trust: trustOf(source, proof, classification),
      receivedAt,
      rawBody,
      bodyDigest,
      dedupKey: proof.isUnbound === true ? bodyDigest : null,
      traceparent: traceParent(headers.traceparent),
    };
    const record = composeRecord(delivery, classification);
    const value = encode(record.content);
    const accepted: Verdict = {
      verdict: 'accepted',
      scheme: proof.scheme,
      type: typeLabel(classification),
    };
    const startedAt = performance.now();
    return producer.publish({ topic, key: record.key, value, headers: record.headers }).then(
      () => {
        events.acknowledged((performance.now() - startedAt) / 1_000);
        return accepted;
      },
      (error: unknown) => failed(error),
    );
  }

  function decide(
    opened: OpenedDelivery,
    verification: Verification,
    rawBody: Buffer,
  ): Verdict | Promise<Verdict> {
    if ('refused' in verification) return refused(verification.refused);
    if ('unavailable' in verification) return unavailable(verification.unavailable);
    return publish(opened, verification.proof, rawBody);
  }

  function failed(error: unknown): Verdict {
    if (isBridgeError(error, 'ERR_KAFKA_UNAVAILABLE')) return unavailable('kafka');
    events.failed(error);
    return unavailable('internal');
  }

  return {
    hasSource: (source) => sources().has(source),
    open(name, headers, address) {
      const source = sources().get(name);
      if (source === undefined) return refused('path_unknown');
      const receivedAt = now();
      const checked = checkHeaders(headers, receivedAt);
      if (checked.skewSeconds !== null) events.clockSkew(checked.skewSeconds);
      if (checked.refusal !== null) return refused(checked.refusal);
      return {
        opened: { source, headers, receivedAt, address: source.isDynamic ? address() : '' },
      };
    },
    accept(opened, body) {
      try {
        const { source, headers, address, receivedAt } = opened;
        // The body dies with this call, and a dynamic source may have to wait for its keys.
        const rawBody = source.isDynamic ? Buffer.from(body) : body;
        const nowSeconds = Math.floor(receivedAt / 1_000);
        const verification = source.verify({ headers, rawBody, address, nowSeconds });
        return verification instanceof Promise
          ? verification.then((settled) => decide(opened, settled, rawBody)).catch(failed)
          : decide(opened, verification, rawBody);
      } catch (error) {
        return failed(error);
      }
    },
  };
}

function classifyProven(rawBody: Buffer, proof: Proof): Classification {
  const classification = classify(rawBody);
  if (proof.quarantine === undefined) return classification;
  const type =
    classification.kind === 'quarantine' ? classification.type : classification.body.type;
  return { kind: 'quarantine', reason: proof.quarantine, type };
}

/** A tag counts only where the signature covers the body that holds it. */
function trustOf(
  source: Source,
  proof: Proof,
  classification: Classification,
): VerifiedDelivery['trust'] {
  const isTagged =
    proof.scheme === 'v1a' &&
    source.ownerKey !== null &&
    classification.kind !== 'quarantine' &&
    hasOwnerTag(source.ownerKey, classification.body.userMetadata);
  return isTagged ? 'tagged' : proof.trust;
}

function typeLabel(classification: Classification): string {
  if (classification.kind === 'quarantine') return 'quarantine';
  return canonicalType(classification.body.type) ?? 'other';
}
