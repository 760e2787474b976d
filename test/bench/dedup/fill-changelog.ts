/**
 * A process of its own that fills a changelog of dedup, in the format that dedup reads; prints one line
 * of JSON at its end.
 */
import { randomBytes } from 'node:crypto';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import { javaPartition } from '@gemini-events/kafka/murmur2';
import { HEADER } from '../../../libs/events/src/index.ts';
import {
  type ChangelogEntry,
  encodeChangelog,
} from '../../../services/dedup/src/changelog-format.ts';
import { idKey } from '../../../services/dedup/src/key-hash.ts';
import { publishedBy } from '../../../services/dedup/src/processors/drop-duplicate.ts';
import { createRecords, SOURCE } from './records.ts';

export interface ChangelogOptions {
  readonly brokers: string;
  readonly topic: string;
  readonly partitions: number;
  readonly ids: number;
  readonly idsPerRecord: number;
  /** Records of a batch in the log, at most. */
  readonly recordsPerBatch: number;
  /** Record times lie in this span before now. */
  readonly spanMs: number;
}

export interface ChangelogResult {
  readonly records: number;
  /** Ids of real deliveries among them: those of numbers 0 to this, exclusive. */
  readonly probes: number;
}

const ALL_REPLICAS = -1;
const HASH_BYTES = 16;
/** With what stands around it. */
const ENTRY_BYTES = 42;
const MAX_BATCH_BYTES = 800_000;
/** About so many; the oldest one stays in the window for a hundredth of it. */
const PROBES = 100;

interface Message {
  readonly partition: number;
  readonly key: string;
  readonly value: Buffer;
  readonly timestamp: string;
}

async function fillChangelog(options: ChangelogOptions): Promise<ChangelogResult> {
  const { topic, partitions, idsPerRecord, spanMs } = options;
  const beginMs = Date.now() - spanMs;
  const records = Math.ceil(options.ids / idsPerRecord);
  const fitting = Math.max(1, Math.floor(MAX_BATCH_BYTES / (idsPerRecord * ENTRY_BYTES + 32)));
  const perRequest = Math.min(options.recordsPerBatch, fitting) * partitions;
  const recordOf = createRecords();
  const producer = createKafkaJs({ clientId: 'bench', brokers: [options.brokers] }).producer();
  await producer.connect();
  const requests = Math.ceil(records / perRequest);
  const timeOf = (at: number): number => beginMs + Math.floor((spanMs * at) / records);
  let probes = 0;
  let onItsWay: Promise<unknown> = Promise.resolve();
  for (let request = 1; request <= requests; request += 1) {
    const end = Math.min(request * perRequest, records);
    const messages: Message[] = [];
    for (let at = (request - 1) * perRequest; at < end; at += 1) {
      messages.push(message(randomEntries(idsPerRecord, timeOf(at)), timeOf(at), at % partitions));
    }
    if (request % Math.ceil(requests / PROBES) === 0) {
      messages.push(probe(recordOf(probes), timeOf(end), partitions));
      probes += 1;
    }
    await onItsWay;
    onItsWay = producer.send({ topic, acks: ALL_REPLICAS, messages });
    // Whoever waits for it is told later.
    onItsWay.catch(() => undefined);
  }
  await onItsWay;
  await producer.disconnect();
  return { records, probes };
}

function message(entries: readonly ChangelogEntry[], time: number, partition: number): Message {
  const [value] = encodeChangelog(entries);
  if (value === undefined) throw new RangeError('no entries');
  return { partition, key: String(partition), value, timestamp: String(time) };
}

/** As of events of a known family: ids, and a second key after each. */
function randomEntries(count: number, firstSeenMs: number): ChangelogEntry[] {
  const bytes = randomBytes(count * HASH_BYTES * 2);
  return Array.from({ length: count }, (_, index) => {
    const at = index * HASH_BYTES * 2;
    return {
      keyHash: bytes.toString('latin1', at, at + HASH_BYTES),
      bodyDigest:
        index % 2 === 1
          ? publishedBy(false)
          : bytes.toString('hex', at + HASH_BYTES, at + HASH_BYTES * 2),
      firstSeenMs,
    };
  });
}

/** The id of a real delivery: whoever gets that delivery can tell whether the changelog was read. */
function probe(
  { key, headers }: ReturnType<ReturnType<typeof createRecords>>,
  firstSeenMs: number,
  partitions: number,
): Message {
  const entry = {
    keyHash: idKey(SOURCE, headers[HEADER.webhookId] ?? ''),
    bodyDigest: headers[HEADER.bodyDigest] ?? '',
    firstSeenMs,
  };
  return message([entry], firstSeenMs, javaPartition(Buffer.from(key), partitions));
}

const result = await fillChangelog(JSON.parse(process.argv[2] ?? '') as ChangelogOptions);
process.stdout.write(`${JSON.stringify(result)}\n`);
