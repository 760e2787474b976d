import type { GeminiEvent, HandlerLog } from '@gemini-events/consumer';
import type { LaunchOrder } from '@gemini-events/launches/launcher';
import type { RegisteredJob } from '../definition/registered-job.ts';
import type { GeminiSteps, LaunchOptions, RunContext } from '../definition/run-context.ts';
import { answerCalls } from '../steps/answer-calls.ts';
import { askApproval } from '../steps/ask-approval.ts';
import { callKey, launchJob } from '../steps/launch-job.ts';
import { notify } from '../steps/notify.ts';
import { readBatchState, readInteractionState } from '../steps/read-state.ts';
import { createStoreSteps } from '../steps/store-steps.ts';
import { isPassing, untilJob } from '../steps/until-job.ts';
import { waiting } from '../steps/waiting.ts';
import type { RunSteps } from './run-parts.ts';

/** States that an interaction may still leave by itself. */
const UNDER_WAY = new Set(['queued', 'in_progress', 'unknown']);
const MOST_TURNS = 10;

/** All that a run is given. */
export function createContext(
  run: RunSteps,
  given: {
    readonly event: GeminiEvent;
    readonly job: RegisteredJob | null;
    readonly log: HandlerLog;
  },
): RunContext {
  const { durable } = run;
  return {
    runId: durable.runId,
    ...given,
    step: (name, work, options) => durable.step(name, work, options),
    sleep: (ms) => waiting(run, `${ms} ms`, () => durable.sleep(ms)),
    now: () => durable.now(),
    patched: (name) => durable.patched(name),
    approval: (name, request) => askApproval(run, name, request),
    notify: (name, message) => notify(run, name, message),
    gemini: createGeminiSteps(run),
    store: createStoreSteps(run),
  };
}

function createGeminiSteps(run: RunSteps): GeminiSteps {
  const { durable, parts } = run;
  const { runId } = durable;
  const { gemini } = parts;
  const launch = (
    name: string,
    request: LaunchOrder['request'],
    options: Pick<LaunchOrder, keyof LaunchOptions>,
  ) => launchJob(run, name, { ...options, key: callKey(runId, name), runId, request });
  const steps: GeminiSteps = {
    interaction: (name, { labels, owner, route, budgetUsd, ...request }) =>
      launch(name, { kind: 'interaction', ...request }, { labels, owner, route, budgetUsd }),
    batch: (name, { model, displayName, rows, ...options }) =>
      launch(name, { kind: 'batch', model, displayName, requests: rows }, options),
    video: (name, { model, prompt, format, ...options }) =>
      launch(name, { kind: 'video', model, prompt, format }, options),
    readInteraction: (id) =>
      durable.step(`read ${id}`, ({ signal }) => readInteractionState(gemini, id, signal), {
        isRetried: isPassing,
      }),
    untilInteraction: (id, options) =>
      untilJob(
        run,
        id,
        {
          read: (signal) => readInteractionState(gemini, id, signal),
          isOver: ({ status }) => !UNDER_WAY.has(status),
        },
        options,
      ),
    untilBatch: (id, options) =>
      untilJob(
        run,
        id,
        {
          read: (signal) => readBatchState(gemini, id, signal),
          isOver: ({ status }) => status !== 'running',
        },
        options,
      ),
    answerCalls: (interaction, options) => answerCalls(run, interaction, options),
    async converse(interaction, { mostTurns = MOST_TURNS, ...options }) {
      let current = interaction;
      for (let turn = 0; turn < mostTurns && current.status === 'requires_action'; turn += 1) {
        const next = await steps.answerCalls(current, options);
        current = await steps.untilInteraction(next, options);
      }
      return current;
    },
  };
  return steps;
}
