import { randomUUID } from 'node:crypto';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { createTopics } from '../../admin/create-topics.ts';
import { createRecordFeed } from '../record-feed.ts';
import type {
  FedRecord,
  FeedEvents,
  PartitionOver,
  PartitionWork,
  RecordFeed,
  RecordFeedOptions,
} from '../types.ts';

/** What a started feed has done so far. */
interface Started {
  /** Partitions that are paused; told of by `feed.resumed`. */
  readonly paused: Set<number>;
  readonly feed: RecordFeed;
  /** `topic-partition@offset` of each record, in the order they were taken. */
  readonly taken: string[];
  /** Records that were taken and not settled by the test. */
  readonly waiting: FedRecord[];
  readonly gaps: string[];
  readonly forced: number[];
  readonly failures: string[];
  readonly opened: number[];
}

export interface WorkOptions {
  readonly paused?: readonly number[];
  /** What is done with records as they come. @default settles them */
  readonly onTake?: (records: readonly FedRecord[], waiting: FedRecord[]) => void;
  readonly onOpen?: (partition: number, over: PartitionOver) => Promise<void>;
  readonly drained?: (waiting: FedRecord[]) => Promise<void>;
  readonly maxUnsettled?: RecordFeedOptions['maxUnsettled'];
  readonly events?: Partial<FeedEvents>;
}

const nameOf = ({ topic, partition, offset }: FedRecord): string =>
  `${topic}-${partition}@${offset}`;

/** Topics and feeds of one test on a broker. */
export class FeedBed {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly prefix = `feed-${randomUUID()}`;
  readonly groupId = `${this.prefix}.group`;
  readonly #brokers: readonly string[];
  readonly #feeds: RecordFeed[] = [];

  constructor(brokers: readonly string[]) {
    this.#brokers = brokers;
    this.kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
    this.admin = this.kafka.admin();
  }

  /** Of a topic that `create` made. */
  topic(name = 'topic'): string {
    return `${this.prefix}.${name}`;
  }

  async create(partitions: number, name?: string): Promise<void> {
    await this.admin.connect();
    await createTopics(this.admin, [{ topic: this.topic(name), numPartitions: partitions }]);
  }

  /** One record per value. */
  async send(partition: number, values: readonly string[], name?: string): Promise<void> {
    const producer = this.kafka.producer();
    await producer.connect();
    const messages = values.map((value) => ({ key: `key of ${value}`, value, partition }));
    await producer.send({ topic: this.topic(name), messages });
    await producer.disconnect();
  }

  async committed(partition: number, name?: string): Promise<number> {
    const topics = [this.topic(name)];
    const [offsets] = await this.admin.fetchOffsets({ groupId: this.groupId, topics });
    return Number(offsets?.partitions.find((each) => each.partition === partition)?.offset);
  }

  /** The group must have no member. */
  async commitAt(partition: number, offset: number): Promise<void> {
    const partitions = [{ partition, offset: String(offset) }];
    await this.admin.setOffsets({ groupId: this.groupId, topic: this.topic(), partitions });
  }

  /** As retention does it. */
  async deleteBelow(partition: number, offset: number): Promise<void> {
    const partitions = [{ partition, offset: String(offset) }];
    await this.admin.deleteTopicRecords({ topic: this.topic(), partitions });
  }

  start(work: WorkOptions = {}, names: readonly (string | undefined)[] = [undefined]): Started {
    const taken: string[] = [];
    const waiting: FedRecord[] = [];
    const gaps: string[] = [];
    const forced: number[] = [];
    const failures: string[] = [];
    const opened: number[] = [];
    const paused = new Set<number>(work.paused);
    const { onTake = settleAll, onOpen, drained } = work;
    const open = async (partition: number, over: PartitionOver): Promise<PartitionWork> => {
      await onOpen?.(partition, over);
      opened.push(partition);
      return {
        take(records) {
          taken.push(...records.map(nameOf));
          onTake(records, waiting);
        },
        async drained() {
          await drained?.(waiting);
        },
      };
    };
    const feed = createRecordFeed({
      connection: { clientId: randomUUID(), brokers: this.#brokers },
      groupId: this.groupId,
      topics: names.map((name) => this.topic(name)),
      open,
      isPaused: (partition) => paused.has(partition),
      ...(work.maxUnsettled === undefined ? {} : { maxUnsettled: work.maxUnsettled }),
      events: {
        joined: () => undefined,
        forced: (partitions) => forced.push(...partitions),
        failed: (what, error) => failures.push(`${what}: ${String(error)}`),
        gap: (topic, partition, from, to) => gaps.push(`${topic}-${partition}: ${from} to ${to}`),
        ...work.events,
      },
    });
    feed.start();
    this.#feeds.push(feed);
    return { feed, taken, waiting, gaps, forced, failures, opened, paused };
  }

  async end(): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.stop()));
    await this.admin.disconnect();
  }
}

function settleAll(records: readonly FedRecord[]): void {
  for (const record of records) record.settle();
}

export function keep(records: readonly FedRecord[], waiting: FedRecord[]): void {
  waiting.push(...records);
}

/** Settles records in random order, a few at a time, until none waits. */
export async function settleAtRandom(waiting: FedRecord[]): Promise<void> {
  while (waiting.length > 0) {
    for (let count = 0; count < 10 && waiting.length > 0; count += 1) {
      const at = Math.floor(Math.random() * waiting.length);
      const [record] = waiting.splice(at, 1);
      record?.settle();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export const numbered = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, at) => `v${from + at}`);
