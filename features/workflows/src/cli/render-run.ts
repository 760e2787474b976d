import type { Approval } from '@gemini-events/approvals';
import { plain, renderColumns, renderFacts, spanText, timeText } from '@gemini-events/cli-kit';
import { renderJobs } from '@gemini-events/launches/cli';
import type { RunStory, ShownAttempt } from '../operations/run-story.ts';
import type { Run } from '../store/run.ts';
import { errorText, waitsForPerson } from './render-runs.ts';

/** What a run is and has done. Inputs and outputs stand on lines of their own. */
export function renderRun({ run, attempts, calls, approvals }: RunStory): string {
  return [
    renderHead(run),
    ...titled('steps', attempts, renderAttempts),
    ...titled('paid calls', calls, renderJobs),
    ...titled('approvals', approvals, renderApprovals),
  ].join('\n');
}

function renderHead(run: Run): string {
  const { workflow, version, state, waitsFor, type, resourceId, eventId, source } = run;
  const what = waitsForPerson(run) ? 'a person, ' : '';
  return renderFacts([
    ['run', run.id],
    ['workflow', `${workflow}@${version}`],
    ['state', waitsFor === null ? state : `${state} for ${what}${waitsFor}`],
    ['event', `${type} of ${resourceId ?? 'no job'}`],
    ['webhook-id', `${eventId} from ${source}`],
    ['begun', timeText(run.startedAt)],
    ['changed', timeText(run.changedAt)],
    ['ended', run.endedAt === null ? null : timeText(run.endedAt)],
    ['retried', run.redrives === 0 ? null : String(run.redrives)],
    ['outcome', run.outcome],
    ['error', run.errorCode === null ? null : errorText(run)],
  ]);
}

function titled<Item>(
  title: string,
  items: readonly Item[],
  render: (items: readonly Item[]) => string,
): readonly string[] {
  return items.length === 0 ? [] : ['', title, render(items)];
}

const ATTEMPT_HEAD = ['time', 'step', 'name', 'attempt', 'state', 'took', 'instance'] as const;

function renderAttempts(attempts: readonly ShownAttempt[]): string {
  const rows = attempts.map((each) => [
    timeText(each.startedAt),
    String(each.step),
    plain(each.name),
    String(each.attempt),
    each.isCutOff ? 'cut off' : each.state,
    each.endedAt === null ? '-' : spanText(each.endedAt - each.startedAt),
    plain(each.instance),
  ]);
  // Columns first: what stands between the rows must not widen them.
  const [head = '', ...lines] = renderColumns([ATTEMPT_HEAD, ...rows], new Set([1, 3])).split('\n');
  return [head, ...attempts.flatMap((each, at) => [lines[at] ?? '', ...detailsOf(each)])].join(
    '\n',
  );
}

function detailsOf(attempt: ShownAttempt): readonly string[] {
  const { input, output, errorCode } = attempt;
  return [
    ...(input === null ? [] : [`    input   ${plain(input)}`]),
    ...(output === null ? [] : [`    output  ${plain(output)}`]),
    ...(errorCode === null ? [] : [`    error   ${errorText(attempt)}`]),
  ];
}

const APPROVAL_HEAD = ['asked', 'id', 'state', 'choice', 'by', 'via', 'decided', 'title'] as const;

function renderApprovals(approvals: readonly Approval[]): string {
  const rows = approvals.map((each) => [
    timeText(each.requestedAt),
    each.id,
    each.state,
    each.choice ?? '-',
    plain(each.actor ?? '-'),
    each.via ?? '-',
    timeText(each.decidedAt),
    plain(each.title),
  ]);
  return renderColumns([APPROVAL_HEAD, ...rows], new Set());
}
