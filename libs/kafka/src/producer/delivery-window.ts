import { BridgeError } from '@gemini-events/events';
import { type Link, LinkedList } from './linked-list.ts';
import type { ProducerRecord } from './record-producer.ts';

/** A record that waits for its acknowledgement. */
export interface PendingRecord extends Link<PendingRecord> {
  readonly record: ProducerRecord;
  readonly bytes: number;
  readonly sequence: number;
  /** On the monotonic clock, milliseconds. */
  readonly deadline: number;
  readonly done: (error?: BridgeError) => void;
}

/** All records between publish and answer: their bytes are bounded, each has a deadline. */
export interface DeliveryWindow {
  readonly bytes: number;
  /** Takes a record in, or returns null when there is no room. */
  open(record: ProducerRecord, done: PendingRecord['done']): PendingRecord | null;
  isOpen(pending: PendingRecord): boolean;
  /** Ends a record; the second end of the same one does nothing. */
  settle(pending: PendingRecord, error?: BridgeError): void;
  /** Resolves when nothing is open. */
  whenEmpty(): Promise<void>;
}

/** @param options.now monotonic milliseconds */
export function createDeliveryWindow(options: {
  readonly maxBytes: number;
  readonly deliveryTimeoutMs: number;
  readonly now: () => number;
  /** Some records were given up just now. */
  readonly onExpired: () => void;
}): DeliveryWindow {
  const { maxBytes, deliveryTimeoutMs, now } = options;
  // All deadlines are one span from the start, so insertion order is deadline order.
  const pendings = new LinkedList<PendingRecord>();
  let waiters: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let bytes = 0;
  let sequence = 0;

  const settle = (pending: PendingRecord, error?: BridgeError): void => {
    if (!pendings.remove(pending)) return;
    bytes -= pending.bytes;
    pending.done(error);
    if (pendings.first !== null) return;
    const woken = waiters;
    waiters = [];
    for (const wake of woken) wake();
  };

  const expire = (): void => {
    timer = undefined;
    let hasExpired = false;
    for (let oldest = pendings.first; oldest !== null; oldest = pendings.first) {
      if (oldest.deadline > now()) break;
      settle(oldest, noAcknowledgement(deliveryTimeoutMs));
      hasExpired = true;
    }
    if (hasExpired) options.onExpired();
    arm();
  };

  const arm = (): void => {
    const oldest = pendings.first;
    if (timer !== undefined || oldest === null) return;
    timer = setTimeout(expire, Math.max(1, Math.ceil(oldest.deadline - now())));
  };

  return {
    get bytes() {
      return bytes;
    },
    open(record, done) {
      const size = sizeOf(record);
      if (bytes + size > maxBytes) return null;
      const deadline = now() + deliveryTimeoutMs;
      const pending: PendingRecord = {
        record,
        bytes: size,
        sequence: sequence++,
        deadline,
        done,
        isLinked: false,
        previous: null,
        next: null,
      };
      pendings.append(pending);
      bytes += size;
      if (timer === undefined) arm();
      return pending;
    },
    isOpen: (pending) => pending.isLinked,
    settle,
    async whenEmpty() {
      if (pendings.first !== null) await new Promise<void>((resolve) => waiters.push(resolve));
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

function noAcknowledgement(deliveryTimeoutMs: number): BridgeError {
  const message = `Kafka did not acknowledge within ${deliveryTimeoutMs} ms`;
  return new BridgeError('ERR_KAFKA_UNAVAILABLE', message);
}

/** About what a record takes on the wire: an upper bound for its own framing included. */
function sizeOf({ key, value, headers }: ProducerRecord): number {
  let size = value.length + key.length + 32;
  for (const name in headers) size += name.length + (headers[name]?.length ?? 0) + 4;
  return size;
}
