import { HEADER, type QuarantineReason } from '@gemini-events/events';
import type { OutputRecord } from '@gemini-events/kafka/processor';
import { type RawRecord, withHeader } from '@gemini-events/kafka/wire';

/** A record on its way to a topic, its bytes as they are. */
export function routeRecord(record: RawRecord, topic: string): OutputRecord {
  return { topic, timestamp: record.timestamp, payload: record };
}

/** A record that dedup itself quarantines: as it is, but for the header that says why. */
export function quarantineRecord(
  record: RawRecord,
  topic: string,
  reason: QuarantineReason,
): OutputRecord {
  const payload = withHeader(record, HEADER.reason, reason);
  return { topic, timestamp: record.timestamp, payload };
}
