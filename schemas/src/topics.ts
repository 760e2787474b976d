import type { RecordTypes } from './generated/records.ts';

/** Name of an Avro record of this project. */
export type RecordName = keyof RecordTypes;

/** One topic as it is declared: the list is the only place that names topics. */
export interface TopicDeclaration {
  /** Without the prefix. */
  readonly name: string;
  readonly purpose: string;
  readonly partitions: number;
  /** Growing it would re-key records and break order and dedup (design: P3, P4). */
  readonly fixedPartitions: boolean;
  readonly config: Readonly<Record<string, string>>;
  /** The one record type of the topic; null where it holds several, or none of ours. */
  readonly record: RecordName | null;
}

const PARTITIONS = 12;
const days = (count: number): string => String(count * 24 * 3600 * 1000);
const kept = (count: number): Readonly<Record<string, string>> => ({
  'cleanup.policy': 'delete',
  'retention.ms': days(count),
});
/** The newest record of each key stays. */
const COMPACTED: Readonly<Record<string, string>> = { 'cleanup.policy': 'compact' };

function topic(
  name: string,
  record: RecordName | null,
  config: Readonly<Record<string, string>>,
  purpose: string,
  fixedPartitions = false,
): TopicDeclaration {
  return { name, purpose, partitions: PARTITIONS, fixedPartitions, config, record };
}

/** Every topic of the bridge, in the order in which data passes them. */
export const TOPICS: readonly TopicDeclaration[] = [
  topic('deliveries', null, kept(7), 'Every verified delivery, repeats included.', true),
  topic(
    'dedup.changelog',
    null,
    kept(3),
    'Truth of the dedup store: the ids of each transaction.',
    true,
  ),
  topic('events.batch', 'BatchEvent', kept(90), 'Batch jobs, each event once.', true),
  topic('events.interaction', 'InteractionEvent', kept(90), 'Interactions, each event once.', true),
  topic('events.video', 'VideoEvent', kept(90), 'Video jobs, each event once.', true),
  topic('events.unknown', 'UnknownEvent', kept(90), 'Types that this version does not know.', true),
  topic(
    'quarantine',
    null,
    kept(90),
    'Genuine deliveries that cannot be published, with the reason.',
  ),
  topic('jobs', 'Job', COMPACTED, 'Jobs as they were launched: labels, owner, budget, route.'),
  topic('results', 'Result', kept(90), 'Where the output of a job was stored.'),
  topic('processing', 'ProcessingStatus', kept(30), 'Where each consumer stands with each event.'),
  topic(
    'approvals',
    'Approval',
    COMPACTED,
    'What runs of the agent ask people, and what they say.',
  ),
  topic('audit', 'AuditEntry', kept(90), 'What was changed by hand.'),
  ...consumerTopics('results'),
  ...consumerTopics('notifier'),
  ...consumerTopics('agent'),
];

/** The topics that one consumer has to itself: its dead letters, and its private replay lane. */
export function consumerTopics(consumer: string): readonly TopicDeclaration[] {
  return [
    topic(`dlq.${consumer}`, null, kept(90), `Events that ${consumer} gave up.`),
    topic(`replay.${consumer}`, null, kept(7), `Events that are replayed to ${consumer} alone.`),
  ];
}

/** Families of events; each has a topic `events.<family>` of its own. */
export const FAMILIES = ['batch', 'interaction', 'video'] as const;
export type Family = (typeof FAMILIES)[number];

/** Where dedup sends a record: an event family, unknown, or quarantine (header `gemini-route`). */
export type Route = Family | 'unknown' | 'quarantine';

/** Full topic names under a prefix. */
export function topicNames(prefix: string) {
  const named = (name: string) => `${prefix}.${name}`;
  return {
    deliveries: named('deliveries'),
    changelog: named('dedup.changelog'),
    quarantine: named('quarantine'),
    jobs: named('jobs'),
    results: named('results'),
    approvals: named('approvals'),
    processing: named('processing'),
    audit: named('audit'),
    dlq: (consumer: string) => named(`dlq.${consumer}`),
    replay: (consumer: string) => named(`replay.${consumer}`),
    events: (route: Family | 'unknown') => named(`events.${route}`),
    of: (route: Route) => (route === 'quarantine' ? named('quarantine') : named(`events.${route}`)),
  } as const;
}

/**
 * The registry subject of a record type: TopicNameStrategy where a topic holds only that type,
 * RecordNameStrategy otherwise.
 */
export function subjectOf(record: RecordName, prefix: string): string {
  const own = TOPICS.find((declared) => declared.record === record);
  return own === undefined ? `gemini.events.${record}` : `${prefix}.${own.name}-value`;
}
