import { type Finding, ok, warn } from '@gemini-events/cli-kit/finding';
import type { Approval } from './approval.ts';
import type { Approvals } from './store/approvals.ts';

const DAY_MS = 24 * 3_600_000;
/** More than that is "many". */
const MOST = 100;

/**
 * Whether runs of the agent wait for people who may not know of it.
 * @param now milliseconds since 1970
 */
export async function checkApprovals(
  { list }: Pick<Approvals, 'list'>,
  now: number,
): Promise<readonly Finding[]> {
  const before = { requestedAt: now - DAY_MS, id: '' };
  const open = await list({ state: 'requested', before, limit: MOST + 1 });
  return [findingOf(open)];
}

/** @param open the newest first */
function findingOf(open: readonly Pick<Approval, 'requestedAt'>[]): Finding {
  const oldest = open.at(-1);
  if (oldest === undefined) return ok('approvals', 'none is open for more than a day');
  const count = open.length > MOST ? `more than ${MOST}` : String(open.length);
  const since = open.length > MOST ? '' : `, the oldest since ${timeText(oldest.requestedAt)}`;
  return warn(
    'approvals',
    `${count} open for more than a day${since}`,
    'Runs wait for them: `gemini-events approvals ls`. Where AGENT_CHANNEL is set they are asked in Slack.',
  );
}

const timeText = (at: number): string => new Date(at).toISOString();
