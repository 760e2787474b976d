import type { Stray } from '@gemini-events/launches/launcher';
import type { Logger, Metrics } from '@gemini-events/service';
import type { RunState } from '../store/run.ts';

/** Every metric and log line of the agent that the runtime's own do not tell. */
export interface AgentEvents {
  readonly begun: (workflow: string) => void;
  readonly ended: (workflow: string, state: 'done' | 'failed') => void;
  /** Runs were told of an event of a job that they wait for. */
  readonly woken: (runs: number) => void;
  /** An event told which job a call had made whose answer was lost. */
  readonly settled: () => void;
  /** A second job was made for one call, and nobody waits for it. */
  readonly stray: (stray: Stray) => void;
  readonly takenOver: (executor: string) => void;
  readonly lockLost: (error: unknown) => void;
  readonly lost: (runs: number) => void;
  readonly decided: (state: string) => void;
  readonly observed: (runs: Readonly<Partial<Record<RunState, number>>>, open: number) => void;
  readonly refusedSlack: (reason: string) => void;
  readonly failed: (error: unknown) => void;
  /** A request was answered with 500, or Slack did not get the answer to a click. */
  readonly apiFailed: (error: unknown) => void;
}

/** @param names of all workflows: labels come from a closed set */
export function createAgentEvents(
  log: Logger,
  metrics: Metrics,
  names: readonly string[],
): AgentEvents {
  const begun = metrics.counter('gemini_events_agent_runs_begun_total', 'Runs that were begun.', [
    'workflow',
  ]);
  const ended = metrics.counter('gemini_events_agent_runs_ended_total', 'Runs by how they ended.', [
    'workflow',
    'state',
  ]);
  const woken = metrics.counter(
    'gemini_events_agent_wakes_total',
    'Messages to runs that wait for a job.',
  );
  const settled = metrics.counter(
    'gemini_events_agent_calls_settled_total',
    'Calls without an answer of which an event told what they had made.',
  );
  const strays = metrics.counter(
    'gemini_events_agent_stray_jobs_total',
    'Second jobs of one call: they cost money for nothing.',
  );
  const takenOver = metrics.counter(
    'gemini_events_agent_takeovers_total',
    'Processes that were gone and whose runs were taken over.',
  );
  const lost = metrics.counter(
    'gemini_events_agent_runs_lost_total',
    'Runs that the engine had ended without a word.',
  );
  const decided = metrics.counter(
    'gemini_events_agent_approvals_total',
    'Approvals by how they ended.',
    ['state'],
  );
  const runs = metrics.gauge('gemini_events_agent_runs', 'Runs that have not ended well.', [
    'state',
  ]);
  const open = metrics.gauge('gemini_events_agent_approvals_open', 'Approvals without a decision.');
  const refused = metrics.counter(
    'gemini_events_agent_slack_refused_total',
    'Requests in the name of Slack that were refused.',
    ['reason'],
  );
  const apiFailures = metrics.counter(
    'gemini_events_agent_api_failures_total',
    'Requests that were answered with 500, and answers that Slack did not get.',
  );
  const failures = metrics.counter(
    'gemini_events_agent_waits_total',
    'Failures of the database or of our own; each is tried again.',
  );
  for (const workflow of names) {
    begun.inc({ workflow }, 0);
    for (const state of ['done', 'failed']) ended.inc({ workflow, state }, 0);
  }
  return {
    begun: (workflow) => begun.inc({ workflow }),
    ended: (workflow, state) => ended.inc({ workflow, state }),
    woken: (count) => woken.inc(count),
    settled: () => settled.inc(),
    stray(stray) {
      strays.inc();
      log.error({ ...stray }, 'a call has made a second job: cancel it at Gemini');
    },
    takenOver(executor) {
      takenOver.inc();
      log.warn({ executor }, 'its process is gone: its runs are taken over');
    },
    lockLost: (error) =>
      log.warn({ err: error }, 'the lock of this process is lost, taking it again'),
    lost(count) {
      lost.inc(count);
      log.error({ count }, 'the engine has given runs up');
    },
    decided: (state) => decided.inc({ state }),
    observed(counts, approvals) {
      for (const state of ['running', 'waiting', 'failed'] as const) {
        runs.set({ state }, counts[state] ?? 0);
      }
      open.set(approvals);
    },
    refusedSlack: (reason) => refused.inc({ reason }),
    apiFailed(error) {
      apiFailures.inc();
      log.error({ err: error }, 'the API could not do what it was asked');
    },
    failed(error) {
      failures.inc();
      log.warn({ err: error }, 'tried again');
    },
  };
}
