import { sizeText } from '@gemini-events/cli-kit/size-text';
import { joinParts, type Moment } from '@gemini-events/read-model';
import type { ResultOfJob } from './store/results-of-job.ts';

export { type ResultOfJob, readResultsOfJob } from './store/results-of-job.ts';

/** The stored outputs of a job. */
export function resultMoments(results: readonly ResultOfJob[]): readonly Moment[] {
  return results.map(
    ({ at, event_id: eventId, status, size_bytes, row_count, failed_row_count }) => {
      const rows = row_count === null ? null : `${row_count} rows, ${failed_row_count ?? 0} failed`;
      const size = size_bytes === 0 ? null : sizeText(size_bytes);
      return {
        at,
        lane: 'results',
        eventId,
        what: `output ${status}`,
        detail: joinParts(size, rows),
      };
    },
  );
}
