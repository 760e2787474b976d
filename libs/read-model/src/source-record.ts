import type { DecodedRecord } from '@gemini-events/kafka/codec';
import type { NamedHeaders } from '@gemini-events/kafka/wire';

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

/** Where a record stands, as rows have it. */
export const placeOf = ({ partition, offset }: Pick<SourceRecord, 'partition' | 'offset'>) => ({
  partition,
  record_offset: offset,
});

/** Returns how the headers of a record are read as text; empty where there is none. */
export const headerOf =
  ({ headers }: Pick<SourceRecord, 'headers'>) =>
  (name: string): string =>
    headers[name]?.toString() ?? '';
