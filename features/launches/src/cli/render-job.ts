import { renderFacts, timeText } from '@gemini-events/cli-kit';
import type { Launch } from '../store/launches.ts';

/** What a state means for money. */
const MEANINGS: Readonly<Record<Launch['state'], string>> = {
  calling: 'calling: nobody knows yet whether Gemini has made the job',
  created: 'created',
  refused: 'refused: Gemini has made no job',
};

/** All that the ledger knows of a paid call. */
export function renderJob(launch: Launch): string {
  const { labels, budgetUsd, error, settledAt, announcedAt } = launch;
  const labelText = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return renderFacts([
    ['key', launch.key],
    ['kind', launch.kind],
    ['model', launch.model],
    ['state', MEANINGS[launch.state]],
    ['error', error === null ? null : `${error.code}: ${error.message}`],
    ['job', launch.resourceId],
    ['continues', launch.previousId],
    ['owner', launch.owner],
    ['labels', labelText.length === 0 ? null : labelText.join(', ')],
    ['route', launch.route],
    ['budget', budgetUsd === null ? null : `${budgetUsd} USD`],
    ['run', launch.runId],
    ['calls', String(launch.calls)],
    ['request', `SHA-256 ${launch.digest}`],
    ['caller', launch.caller],
    ['begun', timeText(launch.begunAt)],
    ['settled', settledAt === null ? null : timeText(settledAt)],
    ['announced', announcedAt === null ? null : timeText(announcedAt)],
  ]);
}
