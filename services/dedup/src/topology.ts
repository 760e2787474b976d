import { FAMILIES, type Route, topicNames } from '@gemini-events/schemas';
import type { DedupKey } from './processors/drop-duplicate.ts';

interface Source {
  readonly name: string;
  readonly topic: string;
  readonly to: string;
}

interface Processor {
  /** That of its file in `processors/`. */
  readonly name: string;
  readonly does: string;
  readonly stores: readonly string[];
  readonly to: readonly string[];
}

interface Store {
  readonly name: string;
  readonly keys: readonly string[];
  readonly window: string;
  readonly changelog: string;
}

interface Sink {
  readonly name: Route;
  readonly topic: string;
}

/** What dedup consists of. The process is wired from this, and `--describe` prints it. */
export interface Topology {
  readonly source: Source;
  readonly processors: readonly Processor[];
  readonly store: Store;
  readonly sinks: readonly Sink[];
}

const STORE = 'seen';
const ROUTES: readonly Route[] = [...FAMILIES, 'unknown', 'quarantine'];

export function dedupTopology(options: {
  readonly prefix: string;
  readonly windowHours: number;
  readonly key: DedupKey;
}): Topology {
  const { prefix, windowHours, key } = options;
  const topics = topicNames(prefix);
  const dropped = key === 'webhook-id' ? 'of a genuine and a synthetic one' : 'of any two';
  return {
    source: { name: 'deliveries', topic: topics.deliveries, to: 'read-headers' },
    processors: [
      {
        name: 'read-headers',
        does: 'what stands in the headers; without them: quarantine, headers_missing',
        stores: [],
        to: ['drop-duplicate', 'route-record'],
      },
      {
        name: 'drop-duplicate',
        does: 'drops what was seen; same id, other body: quarantine, id_conflict',
        stores: [STORE],
        to: ['route-record'],
      },
      {
        name: 'route-record',
        does: 'the bytes as they came, to the same partition number',
        stores: [],
        to: ROUTES,
      },
    ],
    store: {
      name: STORE,
      keys: [
        'source + webhook-id, or gemini-dedup-key in its place',
        `source + type + resource: ${dropped} the later is dropped`,
      ],
      window: `${windowHours} h of record time`,
      changelog: topics.changelog,
    },
    sinks: ROUTES.map((name) => ({ name, topic: topics.of(name) })),
  };
}

/** Where the records of each route go. */
export function topicsByRoute({ sinks }: Topology): Readonly<Record<Route, string>> {
  return Object.fromEntries(sinks.map(({ name, topic }) => [name, topic])) as Record<Route, string>;
}

/** The topology as text, in the manner of Kafka Streams. */
export function describeTopology({ source, processors, store, sinks }: Topology): string {
  const nodes = [
    { name: source.name, to: [source.to] },
    ...processors.map(({ name, to }) => ({ name, to })),
  ];
  const from = (name: string): string =>
    nodes.flatMap((node) => (node.to.includes(name) ? [node.name] : [])).join(', ');
  const arrows = (name: string, to: readonly string[]): string[] => [
    ...(to.length > 0 ? [`      --> ${to.join(', ')}`] : []),
    ...(from(name) === '' ? [] : [`      <-- ${from(name)}`]),
  ];
  const lines = [
    'One transaction per instance: output, changelog and offsets. Per partition of the source:',
    `    Source: ${source.name} (topic: ${source.topic})`,
    ...arrows(source.name, [source.to]),
    ...processors.flatMap(({ name, does, stores, to }) => [
      `    Processor: ${name} (stores: [${stores.join(', ')}])`,
      `      ${does}`,
      ...arrows(name, to),
    ]),
    `    Store: ${store.name} (in memory, changelog: ${store.changelog})`,
    ...store.keys.map((key) => `      key: ${key}`),
    `      window: ${store.window}`,
    ...sinks.flatMap(({ name, topic }) => [
      `    Sink: ${name} (topic: ${topic})`,
      ...arrows(name, []),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
