import { plain, renderColumns } from '@gemini-events/cli-kit';
import type { Approval, ApprovalLogLine } from '../approval.ts';

const HEAD = 'id state asked until workflow run choices decided title'.split(' ');

export function renderApprovals(approvals: readonly Approval[]): string {
  if (approvals.length === 0) return 'no approvals';
  const rows = approvals.map((approval) => [
    plain(approval.id),
    approval.state,
    timeOf(approval.requestedAt),
    timeOf(approval.expiresAt),
    plain(approval.workflow),
    plain(approval.runId),
    approval.choices.map(({ name }) => plain(name)).join('|'),
    plain(approval.actor ?? '-'),
    plain(approval.title),
  ]);
  return renderColumns([HEAD, ...rows], new Set());
}

const LOG_HEAD = 'time what by via choice outcome why'.split(' ');

/** All that there is to know before deciding, and what happened so far. */
export function renderApproval(approval: Approval, log: readonly ApprovalLogLine[]): string {
  const { id, title, runId, workflow, source, resourceId, choices, approvers } = approval;
  const facts = [
    ['title', title],
    ['run', `${runId} of ${workflow}, source ${source}`],
    ['job', resourceId ?? '-'],
    ...choices.map(({ name, label, approves }) => [
      'choice',
      `${name}: ${label}, which ${approves ? 'approves' : 'rejects'}`,
    ]),
    ['may', approvers === null ? 'whoever gets that far' : approvers.join(', ') || 'nobody'],
    ['asked', timeOf(approval.requestedAt)],
    ['until', `${timeOf(approval.expiresAt)}, then ${countsAs(approval.defaultChoice)}`],
    ['state', approval.state === 'requested' ? 'requested' : sayOutcome(approval)],
  ];
  const lines = log.map((line) => [
    timeOf(line.at),
    line.action,
    plain(line.actor),
    line.via,
    plain(line.choice ?? '-'),
    line.outcome,
    plain(line.reason ?? ''),
  ]);
  return [
    plain(id),
    ...facts.map(([name = '', text = '']) => `  ${name.padEnd(8)}${plain(text)}`),
    '  evidence',
    ...evidenceOf(approval).map((line) => `    ${plain(line)}`),
    '',
    renderColumns([LOG_HEAD, ...lines], new Set()),
  ].join('\n');
}

/** Who decided what and when, in one line. */
export function sayOutcome(approval: Approval): string {
  const { state, choice, actor, via, reason, decidedAt, expiresAt, defaultChoice } = approval;
  const why = reason === null ? '' : `: ${reason}`;
  const when = timeOf(decidedAt);
  switch (state) {
    case 'approved':
    case 'rejected':
      return plain(`${state} with ${choice} by ${actor} (${via}) at ${when}${why}`);
    case 'expired':
      return plain(`expired at ${when}: nobody decided, ${countsAs(choice)}`);
    case 'cancelled':
      return plain(`cancelled with its run at ${when}${why}`);
    case 'requested':
      return plain(`over since ${timeOf(expiresAt)}: nobody decided, ${countsAs(defaultChoice)}`);
  }
}

/** Lines, as it can be read. What is no JSON is shown as it is. */
function evidenceOf({ evidence }: Approval): readonly string[] {
  try {
    return JSON.stringify(JSON.parse(evidence), null, 2).split('\n');
  } catch {
    return evidence.split('\n');
  }
}

function countsAs(choice: string | null): string {
  return choice === null ? 'it counts as rejected' : `${choice} counts`;
}

function timeOf(at: number | null): string {
  return at === null ? '-' : new Date(at).toISOString();
}
