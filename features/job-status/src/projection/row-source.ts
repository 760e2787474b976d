import type { DecodedRecord } from '@gemini-events/kafka/codec';
import type { NamedHeaders } from '@gemini-events/kafka/wire';
import { topicNames } from '@gemini-events/schemas';

/** What a topic holds, as far as the read model is concerned. */
export type SourceKind =
  | 'deliveries'
  | 'events'
  | 'processing'
  | 'results'
  | 'audit'
  | 'jobs'
  | 'approvals'
  | { readonly lettersOf: string };

/** A record on its way into the read model. */
export interface SourceRecord {
  readonly kind: SourceKind;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: string;
  readonly headers: NamedHeaders;
  /** Null where the rows of this kind are made of headers alone, or the value is none of ours. */
  readonly decoded: DecodedRecord | null;
}

/** What is in a topic; null for one that is not part of the read model. */
export function kindOf(prefix: string, topic: string): SourceKind | null {
  const names = topicNames(prefix);
  if (topic === names.deliveries) return 'deliveries';
  if (topic === names.processing) return 'processing';
  if (topic === names.results) return 'results';
  if (topic === names.audit) return 'audit';
  if (topic === names.jobs) return 'jobs';
  if (topic === names.approvals) return 'approvals';
  if (topic.startsWith(`${prefix}.events.`)) return 'events';
  const letters = names.dlq('');
  return topic.startsWith(letters) ? { lettersOf: topic.slice(letters.length) } : null;
}

/** Whether the rows of a topic need its values. */
export function needsValue(kind: SourceKind): boolean {
  return kind !== 'deliveries' && typeof kind === 'string';
}
