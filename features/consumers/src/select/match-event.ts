import { canonicalType, HEADER } from '@gemini-events/events';
import { createHeaderReader, type RawRecord } from '@gemini-events/kafka/wire';
import type { EventFilter } from './event-filter.ts';

/** Labels of an event; they stand in its value, which has to be decoded for them. */
export type ReadLabels = (value: Buffer) => Promise<Readonly<Record<string, string>>>;

/** The type of an event that is wanted, null for one that is not. */
export type MatchEvent = (record: RawRecord) => string | null | Promise<string | null>;

/** Types of records that have no header for it. */
const UNTYPED = 'untyped';

/**
 * Decides by record time and headers, and only for what passes those by labels. Headers are compared
 * as their bytes are, since reading them as text would be the most expensive part.
 */
export function createMatch(filter: EventFilter, readLabels: ReadLabels): MatchEvent {
  const headersOf = createHeaderReader(['ce_type', HEADER.source, 'ce_subject', 'ce_id']);
  const { since, until } = filter;
  const isType = matchTypes(filter.types);
  const sources = oneOf(filter.sources);
  const resources = oneOf(filter.resources);
  const ids = filter.eventIds === null ? null : new Set(filter.eventIds.map(asBytes));
  const labels = Object.entries(filter.labels);
  return (record) => {
    const { timestamp } = record;
    if ((since !== null && timestamp < since) || (until !== null && timestamp >= until))
      return null;
    const [written, source, subject, id] = headersOf(record);
    const type = written ?? UNTYPED;
    if (!isType(type)) return null;
    if (sources !== null && !sources.has(source ?? '')) return null;
    if (resources !== null && !resources.has(subject ?? record.key?.toString('latin1') ?? '')) {
      return null;
    }
    if (ids !== null && !ids.has(id ?? '')) return null;
    if (labels.length === 0) return type;
    return readLabels(record.value ?? Buffer.alloc(0)).then((found) =>
      labels.every(([name, value]) => found[name] === value) ? type : null,
    );
  };
}

/** Aliases of a type are that type. Answers are kept: there are only a few types. */
function matchTypes(patterns: readonly string[]): (type: string) => boolean {
  if (patterns.length === 0) return () => true;
  const known = new Map<string, boolean>();
  return (type) => {
    const answer = known.get(type);
    if (answer !== undefined) return answer;
    const names = [type, canonicalType(type) ?? type];
    const isWanted = patterns.some((pattern) =>
      pattern.endsWith('*')
        ? names.some((name) => name.startsWith(pattern.slice(0, -1)))
        : names.includes(canonicalType(pattern) ?? pattern),
    );
    known.set(type, isWanted);
    return isWanted;
  };
}

function oneOf(texts: readonly string[]): ReadonlySet<string> | null {
  return texts.length === 0 ? null : new Set(texts.map(asBytes));
}

/** Each byte of it as a character of its own, as headers are read. */
function asBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}
