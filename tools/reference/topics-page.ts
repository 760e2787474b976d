import { recordSchemas } from '../../schemas/src/generated/records.ts';
import {
  type RecordName,
  subjectOf,
  TOPICS,
  type TopicDeclaration,
} from '../../schemas/src/topics.ts';
import type { AvroRecord, AvroType } from '../../schemas/tools/render-types.ts';
import { DEAD_LETTER_HEADERS, DELIVERY_HEADERS, REPLAY_HEADERS } from './header-notes.ts';
import { code, page, prose, table } from './markdown.ts';
import { TOPIC_NOTES } from './topic-notes.ts';

const PREFIX = 'gemini';
const DAY_MS = 24 * 3_600_000;

/** An Avro type in words. */
export function typeText(type: AvroType): string {
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) {
    const others = type.filter((each) => each !== 'null').map(typeText);
    return [...others, ...(type.includes('null') ? ['null'] : [])].join(' or ');
  }
  const named = type as Exclude<AvroType, string | readonly AvroType[]>;
  return named.type === 'map' ? `map of ${typeText(named.values)}` : named.logicalType;
}

/** How long records stay, in words. */
export function retention(config: TopicDeclaration['config']): string {
  const cleanup = config['cleanup.policy'];
  if (cleanup === 'compact') return 'newest of each key';
  const days = Number(config['retention.ms']) / DAY_MS;
  return cleanup === 'delete' && Number.isInteger(days) ? `${days} days` : String(cleanup);
}

function recordLink(name: RecordName): string {
  return `[${code(name)}](#${name.toLowerCase()})`;
}

export function topicRow(topic: TopicDeclaration): readonly string[] {
  const note = TOPIC_NOTES[topic.name];
  if (note === undefined) throw new Error(`tools/reference/topic-notes.ts: no ${topic.name}`);
  return [
    code(`${PREFIX}.${topic.name}`),
    `${topic.partitions}${topic.fixedPartitions ? ' (fixed)' : ''}`,
    retention(topic.config),
    note.key,
    topic.record === null ? (note.value ?? 'bytes') : recordLink(topic.record),
    prose(topic.purpose),
  ];
}

type Field = AvroRecord['fields'][number] & { readonly default?: unknown };

export function renderRecord(name: RecordName, record: AvroRecord): string {
  const rows = record.fields.map((field: Field) => {
    if (!field.doc) throw new Error(`${name}.${field.name} has no doc`);
    const initial = 'default' in field ? code(JSON.stringify(field.default)) : '';
    return [code(field.name), typeText(field.type), initial, prose(field.doc)];
  });
  const head = ['Field', 'Type', 'Default', 'Meaning'];
  const subject = `Subject in the registry: ${code(subjectOf(name, PREFIX))}.`;
  return [`### ${name}`, `${prose(record.doc)} ${subject}`, table(head, rows)].join('\n\n');
}

function headerTable(headers: readonly (readonly [string, string])[]): string {
  const rows = headers.map(([name, note]) => [code(name), note]);
  return table(['Header', 'Meaning'], rows);
}

export function topicsPage(): string {
  const records = Object.entries(recordSchemas) as [RecordName, AvroRecord][];
  const head = ['Topic', 'Partitions', 'Kept', 'Key', 'Value', 'Purpose'];
  return page('Topics', '`schemas/` and `libs/events/src/headers.ts`', [
    '`gemini-events topics apply` makes the topics what is declared here. The first part of each name is `TOPIC_PREFIX`. A partition count that is marked as fixed may not be changed later: records of one key would go to another partition, and order and dedup would break.',
    table(head, TOPICS.map(topicRow)),
    'Where the newest record of each key is kept (`cleanup.policy=compact`), older ones of it go some time after: who reads from the beginning learns the last state of each, and not how it came about.',
    'Keys are UTF-8 text. Records are written to the partition that the Java client would choose (murmur2 of the key); dedup keeps the partition number of its input.',
    '## Values',
    'A value is Avro in the Confluent wire format: a zero byte, the schema id as four bytes (big-endian), then the record. `gemini-events schemas apply` registers the schemas with compatibility `FULL_TRANSITIVE`; services only look them up. Topics that hold several record types have no subject of their own: the id in the bytes names the schema. Times are milliseconds since 1970. `type`, `scheme` and `trust` are text, not Avro enums: new values may appear.',
    ...records.map(([name, record]) => renderRecord(name, record)),
    '## Headers',
    'Of deliveries, events and quarantined records (values are UTF-8 text). Dedup copies them all.',
    headerTable(DELIVERY_HEADERS),
    'A record of `gemini.jobs`, `gemini.approvals` or `gemini.audit` has none. A record of `gemini.results` has `webhook-id`, `gemini-source` and the `ce_` headers, with the type `gemini.result.stored` and the time of storing.',
    'A dead letter keeps the headers of its event and adds:',
    headerTable(DEAD_LETTER_HEADERS),
    'A record that a replay or a redrive has put on a private lane keeps the headers of its event and adds:',
    headerTable(REPLAY_HEADERS),
  ]);
}
