import { canonicalType, familyOf } from '@gemini-events/events';
import type { DecodedRecord } from '@gemini-events/kafka/codec';
import type { FedRecord } from '@gemini-events/kafka/feed';
import type { ProducerRecord } from '@gemini-events/kafka/producer';
import type { ProcessingStatus } from '@gemini-events/schemas';
import type { Consumer, HandlerLog, Subscription } from '../definition/define-consumer.ts';
import type { AnyEvent } from '../definition/event.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import { createParkedPoller } from '../runtime/parked-poller.ts';
import { PartitionRunner } from '../runtime/partition-runner.ts';
import type { RuntimeEvents } from '../runtime/ports.ts';
import { createMemoryInbox } from '../store/inbox/memory-inbox.ts';
import { createMemoryParking } from '../store/parking/memory-parking.ts';
import type { Parking } from '../store/parking/parking.ts';
import { createManualClock } from './manual-clock.ts';

/** What became of an event: its last state. */
export interface TestedOutcome {
  readonly resource: string | null;
  readonly state: string;
}

export interface TestedDeadLetter {
  readonly resource: string;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
}

/** A consumer on a bench: no Kafka, no Postgres, no passing time. */
export interface TestBench {
  /** Hands over events in order; resolves when each is finished, parked, or a dead letter. */
  deliver(...events: readonly AnyEvent[]): Promise<void>;
  /** Moves the clock; resolves when what was due by then has been tried. */
  passTime(milliseconds: number): Promise<void>;
  /** The last state of each event, in the order in which they came to it. */
  outcomes(): readonly TestedOutcome[];
  /** All that was told on the processing topic. */
  statuses(): readonly ProcessingStatus[];
  deadLetters(): readonly TestedDeadLetter[];
  /** Ids of resources with parked events. */
  parked(): Promise<readonly string[]>;
}

const PARTITION = 0;
const TOPIC = 'gemini.events';
const SILENT: HandlerLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Runs a consumer's handler as the runtime would, on inbox and parking in memory and a clock that is
 * moved by hand.
 *
 * @param options.db what an effect of `complete` gets
 * @param options.isOurs what the check of an event of unproven origin says; default: not ours
 */
export function testConsumer<Name extends Subscription, Db>(
  consumer: Consumer<Name, Db>,
  options: { readonly db?: Db; readonly isOurs?: (event: AnyEvent) => boolean } = {},
): TestBench {
  return createBench(consumer, options, createMemoryParking());
}

/** {@link testConsumer} on a parking that a test has prepared. */
export function createBench<Name extends Subscription, Db>(
  consumer: Consumer<Name, Db>,
  options: { readonly db?: Db; readonly isOurs?: (event: AnyEvent) => boolean },
  parking: Parking,
): TestBench {
  const clock = createManualClock();
  const values: AnyEvent[] = [];
  const statuses: ProcessingStatus[] = [];
  const deadLetters: ProducerRecord[] = [];
  const runtime = createRuntime(consumer as unknown as Consumer, {
    inbox: createMemoryInbox({ now: () => clock.now(), db: options.db as never }),
    parking,
    decode: async (bytes) => decodedOf(values[bytes.readInt32BE(0)] as AnyEvent),
    publish: async (record) => {
      if (record.topic === 'dlq') deadLetters.push(record);
    },
    encodeStatus: () => (status) => {
      statuses.push(status);
      return Buffer.alloc(0);
    },
    isOurs: async (event) => options.isOurs?.(event) ?? false,
    topics: { processing: 'processing', deadLetters: 'dlq' },
    instance: 'test',
    clock,
    log: () => SILENT,
    events: quietEvents(),
  });
  const never = new AbortController().signal;
  const runners = new Map<number, PartitionRunner>();
  const poller = createParkedPoller(runtime, runners);
  const runner = new PartitionRunner(runtime, PARTITION, {
    blockedKeys: [],
    over: { drain: never, lost: never },
    onDue: () => poller.nudge(),
  });
  runners.set(PARTITION, runner);

  const settled = async (): Promise<void> => {
    do {
      await runner.drained();
      // An end may have freed the next parked record of its key.
      await poller.idle();
    } while (!runner.isIdle || !poller.isIdle);
  };
  return {
    async deliver(...events) {
      const records = events.map((event): FedRecord => {
        const value = Buffer.alloc(4);
        value.writeInt32BE(values.push(event) - 1);
        // As with a record of a feed, nothing of it is its own property: a copy by spreading is empty.
        return Object.create({
          topic: TOPIC,
          partition: PARTITION,
          offset: BigInt(values.length - 1),
          timestamp: clock.now(),
          key: Buffer.from(event.resource_id ?? event.event_id),
          value,
          headers: {},
          settle: () => undefined,
        } satisfies FedRecord) as FedRecord;
      });
      runner.take(records);
      await settled();
    },
    async passTime(milliseconds) {
      clock.advance(milliseconds);
      // The next look of the poller may not have fallen due.
      poller.nudge();
      await settled();
    },
    outcomes() {
      const last = new Map<string, TestedOutcome>();
      for (const { event_id, resource_id, state } of statuses) {
        last.delete(event_id);
        last.set(event_id, { resource: resource_id, state });
      }
      return [...last.values()];
    },
    statuses: () => statuses,
    deadLetters: () =>
      deadLetters.map(({ key, headers }) => ({
        resource: key.toString(),
        code: headers['dlq-error-code'] ?? '',
        message: headers['dlq-error-message'] ?? '',
        attempts: Number(headers['dlq-attempts']),
      })),
    parked: () => parking.blockedKeys(consumer.name, PARTITION),
  };
}

function decodedOf(event: AnyEvent): DecodedRecord {
  const family = canonicalType(event.type) === null ? null : familyOf(event.type);
  const name = {
    batch: 'BatchEvent',
    interaction: 'InteractionEvent',
    video: 'VideoEvent',
  } as const;
  return {
    name: family === null ? 'UnknownEvent' : name[family],
    value: event,
    schemaId: 0,
  } as unknown as DecodedRecord;
}

function quietEvents(): RuntimeEvents {
  const nothing = (): void => undefined;
  return {
    settled: nothing,
    running: nothing,
    attemptFailed: nothing,
    parked: nothing,
    buried: nothing,
    leaseLost: nothing,
    // An outage cannot be here: what fails is a fault of the test or of the runtime.
    blocked: (what, error) => {
      throw new Error(`${what} failed`, { cause: error });
    },
  };
}
