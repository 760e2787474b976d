import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { ROUTES } from '@gemini-events/consumer/routes';
import { BridgeError, familyOf } from '@gemini-events/events';
import type { OffsetsOf } from '../operations/find-ranges.ts';
import type { ReplayRequest } from '../operations/start-replay.ts';

/** What the options ask for, if they fit together. @throws BridgeError ERR_REPLAY_INVALID */
export async function requestOf(options: {
  readonly to?: string | undefined;
  readonly toTopic?: string | undefined;
  readonly from?: readonly (typeof ROUTES)[number][] | undefined;
  readonly type?: readonly string[] | undefined;
  readonly resource?: readonly string[] | undefined;
  readonly source?: readonly string[] | undefined;
  readonly label?: Readonly<Record<string, string>> | undefined;
  readonly eventIds?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly offsets?: readonly OffsetsOf[] | undefined;
  readonly effects: 'skip' | 'again';
  readonly rate?: number | undefined;
}): Promise<ReplayRequest> {
  const { to, toTopic, type = [], offsets = [] } = options;
  if ((to === undefined) === (toTopic === undefined)) {
    throw new BridgeError('ERR_REPLAY_INVALID', 'say where to: either --to or --to-topic');
  }
  const routes = options.from ?? routesOf(type);
  if (offsets.length > 0 && routes.length !== 1) {
    const message = 'offsets are those of one topic: say which with --from';
    throw new BridgeError('ERR_REPLAY_INVALID', message);
  }
  return {
    to: to === undefined ? { kind: 'topic', name: toTopic ?? '' } : { kind: 'consumer', name: to },
    routes,
    filter: {
      types: type,
      resources: options.resource ?? [],
      sources: options.source ?? [],
      labels: options.label ?? {},
      eventIds: options.eventIds === undefined ? null : await readIds(options.eventIds),
      since: options.since ?? null,
      until: options.until ?? null,
    },
    offsets,
    effects: options.effects,
    perSecond: options.rate ?? null,
  };
}

/** The topics in which events of these types stand. */
function routesOf(types: readonly string[]): ReplayRequest['routes'] {
  if (types.length === 0) return ['batch', 'interaction', 'video'];
  return [...new Set(types.map((type) => familyOf(type) ?? 'unknown'))];
}

async function readIds(file: string): Promise<readonly string[]> {
  const list = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  return list.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** For commander. @throws InvalidArgumentError */
export function parseTopic(name: string): string {
  if (/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+$/.test(name) && name.length <= 200) return name;
  throw new InvalidArgumentError('A topic is called like backfill.november: two parts or more.');
}

/** For commander. @throws InvalidArgumentError */
export function parseRoute(
  text: string,
  before: readonly (typeof ROUTES)[number][] | undefined,
): readonly (typeof ROUTES)[number][] {
  const route = ROUTES.find((each) => each === text);
  if (route === undefined) throw new InvalidArgumentError(`It is one of ${ROUTES.join(', ')}.`);
  return [...new Set([...(before ?? []), route])];
}

/** For commander. @throws InvalidArgumentError */
export function parseOffsets(
  text: string,
  before: readonly OffsetsOf[] | undefined,
): readonly OffsetsOf[] {
  const [, partition, from, until] = /^(\d{1,6}):(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  const range = { partition: Number(partition), from: Number(from), until: Number(until) };
  if (partition === undefined || range.from >= range.until) {
    throw new InvalidArgumentError('Offsets are partition:from-until, for example 3:100-200.');
  }
  if ((before ?? []).some((each) => each.partition === range.partition)) {
    throw new InvalidArgumentError('A partition has one range of offsets.');
  }
  return [...(before ?? []), range];
}
