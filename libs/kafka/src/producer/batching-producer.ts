import { BridgeError } from '@gemini-events/events';
import { createDeliveryWindow, type PendingRecord } from './delivery-window.ts';
import type { RecordProducer } from './record-producer.ts';
import type { RecordSender } from './record-sender.ts';
import { createSenderLink, type LinkEvents } from './sender-link.ts';

export interface BatchingOptions {
  /** Makes a new client; called again whenever the former one was lost. */
  readonly openSender: () => RecordSender;
  readonly events: LinkEvents;
  /** Span from publish to acknowledgement; then the record is given up. */
  readonly deliveryTimeoutMs: number;
  readonly maxInFlightBytes: number;
  /** Requests in flight at a time. */
  readonly slots: number;
  /** Bytes of one request; below the broker's `message.max.bytes`. */
  readonly maxBatchBytes: number;
  /** Span without an acknowledgement after which the broker is asked whether it is there. */
  readonly probeEveryMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Pause before a request is repeated that a broker refused for now (a leader is being elected). */
const AGAIN_AFTER_MS = 100;

/** Share of the delivery timeout that an outage may last before records are refused at once. */
const PATIENCE = 0.5;

/**
 * Batches without waiting: an idle record leaves in the same turn of the event loop; records that
 * arrive while all slots are busy leave together as soon as one is free. A lost client is replaced;
 * the records that it held go out again with the next one while their deadline lasts.
 */
export function createBatchingProducer(options: BatchingOptions): RecordProducer {
  const { deliveryTimeoutMs, now } = options;
  let waiting: PendingRecord[] = [];
  let isScheduled = false;
  let closing: Promise<void> | undefined;
  /** The last trouble while connected; an acknowledgement or a good check forgets it. */
  let trouble: string | undefined;

  const window = createDeliveryWindow({
    maxBytes: options.maxInFlightBytes,
    deliveryTimeoutMs,
    now,
    onExpired: () => {
      trouble = 'no acknowledgement in time';
      waiting = waiting.filter((pending) => window.isOpen(pending));
    },
  });
  const link = createSenderLink({
    openSender: options.openSender,
    events: options.events,
    callTimeoutMs: deliveryTimeoutMs,
    probeEveryMs: options.probeEveryMs,
    now,
    onUp: () => schedule(),
    onChecked: (outcome) => {
      trouble = outcome.kind === 'acked' ? undefined : describe(outcome.cause);
    },
  });

  function schedule(): void {
    if (isScheduled || waiting.length === 0 || !link.isUp || link.busy >= options.slots) return;
    isScheduled = true;
    setImmediate(flush);
  }

  function flush(): void {
    isScheduled = false;
    while (waiting.length > 0 && link.isUp && link.busy < options.slots) {
      const batch = takeBatch();
      if (batch.length > 0) void dispatch(batch);
    }
  }

  /** The oldest records that fit one request; given-up ones fall out. */
  function takeBatch(): PendingRecord[] {
    const batch: PendingRecord[] = [];
    let bytes = 0;
    let taken = 0;
    for (const pending of waiting) {
      if (bytes > 0 && bytes + pending.bytes > options.maxBatchBytes) break;
      taken += 1;
      if (!window.isOpen(pending)) continue;
      bytes += pending.bytes;
      batch.push(pending);
    }
    waiting = taken === waiting.length ? [] : waiting.slice(taken);
    return batch;
  }

  async function dispatch(batch: readonly PendingRecord[]): Promise<void> {
    const records = batch.map((pending) => pending.record);
    const outcome = await link.call((sender) => sender.send(records), AGAIN_AFTER_MS);
    if (outcome.kind === 'acked') {
      trouble = undefined;
      for (const pending of batch) window.settle(pending);
    } else if (outcome.kind === 'refused') {
      trouble = describe(outcome.cause);
      const message = `Kafka refused the record: ${trouble}`;
      const error = new BridgeError('ERR_KAFKA_UNAVAILABLE', message, { cause: outcome.cause });
      for (const pending of batch) window.settle(pending, error);
    } else {
      trouble = describe(outcome.cause);
      // Several requests may come back in any order: the publish order is kept.
      waiting = [...batch, ...waiting].sort((a, b) => a.sequence - b.sequence);
    }
    schedule();
  }

  /** Why a record cannot even be tried, or null. In a short outage records wait for its end. */
  function obstacle(): string | null {
    if (closing !== undefined) return 'the producer is closed';
    const { downSince } = link;
    const isAway = downSince !== null && now() - downSince >= deliveryTimeoutMs * PATIENCE;
    return isAway ? 'Kafka is away' : null;
  }

  return {
    publish(record) {
      const why = obstacle();
      if (why !== null) return Promise.reject(new BridgeError('ERR_KAFKA_UNAVAILABLE', why));
      return new Promise((resolve, reject) => {
        const done = (error?: BridgeError): void =>
          error === undefined ? resolve() : reject(error);
        const pending = window.open(record, done);
        if (pending === null) {
          reject(new BridgeError('ERR_KAFKA_UNAVAILABLE', 'too many bytes are in flight'));
          return;
        }
        waiting.push(pending);
        schedule();
      });
    },
    close() {
      closing ??= window.whenEmpty().then(() => link.close());
      return closing;
    },
    get inFlightBytes() {
      return window.bytes;
    },
    status() {
      if (!link.isUp) return { ok: false, detail: 'Kafka cannot be reached' };
      return trouble === undefined
        ? { ok: true, detail: 'connected' }
        : { ok: false, detail: trouble };
    },
  };
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
