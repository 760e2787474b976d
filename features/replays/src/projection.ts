import { readDeadLetter } from '@gemini-events/events';
import {
  EVENT_COLUMNS,
  headerOf,
  PLACE_COLUMNS,
  type Projection,
  placeOf,
  type Table,
} from '@gemini-events/read-model';

const deadLetters = {
  topic: 'dlq.results',
  columns: {
    ...PLACE_COLUMNS,
    ...EVENT_COLUMNS,
    consumer: 'text',
    first_failure_at: 'ms',
    last_failure_at: 'ms',
    attempts: 'int',
    redrives: 'int',
    error_code: 'text',
    error_message: 'text',
  },
  key: ['consumer', 'partition', 'record_offset'],
  repeated: 'keep',
  kept: 'last_failure_at',
} as const satisfies Table;

/** The dead letters of all consumers, as their headers tell them. */
export const deadLetterProjection: Projection<typeof deadLetters> = {
  table: deadLetters,
  rowsOf: (records) =>
    records.flatMap((record) => {
      const { kind, key, timestamp } = record;
      if (typeof kind !== 'object') return [];
      const letter = readDeadLetter({ header: headerOf(record), key, timestamp });
      return [
        {
          ...placeOf(record),
          consumer: kind.lettersOf,
          source: letter.source,
          event_id: letter.eventId,
          resource_id: letter.resource,
          type: letter.type,
          first_failure_at: letter.firstFailureAt,
          last_failure_at: letter.lastFailureAt,
          attempts: letter.attempts,
          redrives: letter.redrives,
          error_code: letter.code,
          error_message: letter.message,
        },
      ];
    }),
};
