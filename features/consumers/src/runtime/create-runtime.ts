import { BridgeError } from '@gemini-events/events';
import type { DecodedRecord } from '@gemini-events/kafka/codec';
import type { ProducerRecord } from '@gemini-events/kafka/producer';
import type { ProcessingStatus } from '@gemini-events/schemas';
import { createBatcher } from '@gemini-events/service';
import { deadLetterRecord } from '../dead-letters/dead-letter.ts';
import type { Consumer, HandlerLog } from '../definition/define-consumer.ts';
import type { AnyEvent } from '../definition/event.ts';
import { processingRecord, processingStatus } from '../status/processing-record.ts';
import type { Claim, ClaimRequest, Inbox, Lease, Settlement } from '../store/inbox/inbox.ts';
import type { NewParked, Parking } from '../store/parking/parking.ts';
import type { Clock } from './clock.ts';
import { createLeaseKeeper, LEASE_MS } from './lease-keeper.ts';
import { createPauseGate } from './pause-gate.ts';
import type { Runtime, RuntimeEvents } from './ports.ts';
import { createSlots } from './slots.ts';
import { traceParentOf } from './trace.ts';

/** What the runtime of a consumer stands on. */
export interface RuntimeAdapters {
  readonly inbox: Inbox<never>;
  readonly parking: Parking;
  readonly decode: (bytes: Buffer) => Promise<DecodedRecord>;
  readonly publish: (record: ProducerRecord) => Promise<void>;
  /** Null until the schema id is known. */
  readonly encodeStatus: () => ((status: ProcessingStatus) => Buffer) | null;
  readonly isOurs: (event: AnyEvent) => Promise<boolean>;
  readonly topics: { readonly processing: string; readonly deadLetters: string };
  readonly instance: string;
  readonly clock: Clock;
  readonly log: (fields: object) => HandlerLog;
  readonly events: RuntimeEvents;
}

const AT_ONCE = 500;

/** Joins single calls to inbox and parking into calls of many. */
export function createRuntime(consumer: Consumer, adapters: RuntimeAdapters): Runtime {
  const { inbox, parking, publish, clock, events, topics, instance } = adapters;
  const { name } = consumer;
  const park = createBatcher<NewParked, void>(async (records) => {
    await parking.park(name, records);
    return [];
  }, AT_ONCE);
  const claim = createBatcher<ClaimRequest, Claim>(
    (requests) => inbox.claim(requests, LEASE_MS),
    AT_ONCE,
  );
  const settle = createBatcher<{ lease: Lease; as: Settlement }, boolean>(
    (ends) => inbox.settle(ends),
    AT_ONCE,
  );
  return {
    consumer,
    clock,
    slots: createSlots(consumer.concurrency),
    suspects: createSlots(1),
    pauses: createPauseGate(),
    log: adapters.log,
    decode: adapters.decode,
    isOurs: adapters.isOurs,
    inbox: { claim, settle, complete: (lease, effect) => inbox.complete(lease, effect) },
    leases: createLeaseKeeper(inbox, clock, (error) => events.blocked('inbox', error)),
    parking: {
      park,
      blockedKeys: (partition) => parking.blockedKeys(name, partition),
      due: (partitions, limit) => parking.due(name, partitions, clock.now(), limit),
      begin: async (record) => (await parking.begin([record]))[0] ?? 1,
      following: (record, limit) => parking.following(record, limit),
      postpone: (record, later) => parking.postpone(record, later),
      remove: async (records) => (await parking.remove(records))[0] ?? false,
    },
    async tell(job, state, detail) {
      const encode = adapters.encodeStatus();
      if (encode === null) {
        throw new BridgeError(
          'ERR_SCHEMA_MISSING',
          'the schema id of ProcessingStatus is not known',
        );
      }
      const { event, key } = job;
      if (event === null) return;
      const by = { consumer: name, instance, at: clock.now() };
      const status = processingStatus({ ...job, event }, state, detail, by);
      await publish(
        processingRecord(status, {
          topic: topics.processing,
          key,
          value: encode(status),
          traceparent: traceParentOf(job),
        }),
      );
    },
    bury: (job, burial) =>
      publish(
        deadLetterRecord(job.record, { ...burial, topic: topics.deadLetters, consumer: name }),
      ),
    events,
  };
}
