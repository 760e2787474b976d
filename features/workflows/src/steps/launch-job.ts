import { BridgeError, isBridgeError } from '@gemini-events/events';
import type { Launched, LaunchOrder } from '@gemini-events/launches/launcher';
import type { RunSteps } from '../engine/run-parts.ts';
import { askApproval } from './ask-approval.ts';
import { waiting } from './waiting.ts';

/** The topic under which a run is told that a call of its is settled. */
export const callTopic = (key: string): string => `call/${key}`;

/** The key of a call of a run: another one for each name. */
export const callKey = (runId: string, name: string): string => `${runId}/${name}`;

const CHOICES = [
  { name: 'again', label: 'Call again', approves: true },
  { name: 'give-up', label: 'Give up', approves: false },
];
/** An upload may be behind it. */
const TIMEOUT_MS = 10 * 60_000;
const DAY_MS = 24 * 3_600_000;

/**
 * Makes a call that costs money, once. Whether it was made where nobody knows, its event says, or for
 * batches their list; where neither does in time, people are asked, and the run waits for them.
 *
 * @param checkWhose throws where the job belongs to somebody else
 * @returns the id of the job
 * @throws BridgeError ERR_GEMINI_*, ERR_LAUNCH_HELD, ERR_LAUNCH_CONFLICT, ERR_LAUNCH_UNCLEAR
 */
export async function launchJob(
  run: RunSteps,
  name: string,
  order: LaunchOrder,
  checkWhose: () => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  const { durable, parts } = run;
  const { key } = order;
  for (let again = 0; ; ) {
    const launched: Launched = await durable.step(
      again === 0 ? `launch ${name}` : `launch ${name} again`,
      async ({ signal }) => {
        const since = again === 0 ? await refusedCalls(run, key) : again;
        const what = since === 0 ? order : { ...order, again: since };
        const outcome = await parts.launcher.launch(what, signal).catch(async (error: unknown) => {
          if (isBridgeError(error, 'ERR_LAUNCH_CONFLICT')) await checkWhose();
          throw error;
        });
        if (outcome.kind === 'created') await checkWhose();
        return outcome;
      },
      { input: order.request, timeoutMs: TIMEOUT_MS, isRetried },
    );
    if (launched.kind === 'created') return launched.id;
    if (await isSettledByEvent(run, name, key)) return announced(run, name, order);
    const decision = await askApproval(run, `unclear ${name} ${launched.calls}`, {
      title: `Was the call "${name}" made?`,
      evidence: {
        run: durable.runId,
        call: key,
        kind: order.request.kind,
        why: 'Its answer was lost, and no event of it has come. To call again may cost twice.',
      },
      choices: CHOICES,
      expiresInMs: 7 * DAY_MS,
      defaultChoice: 'give-up',
      ...(parts.settings.operators === null ? {} : { approvers: parts.settings.operators }),
    });
    again = launched.calls;
    // Its event may have come while people thought about it.
    if (await isSettled(run, name, key)) return announced(run, name, order);
    if (decision.choice !== 'again') {
      throw new BridgeError(
        'ERR_LAUNCH_UNCLEAR',
        `nobody knows whether the call ${name} was made, and it was given up`,
      );
    }
  }
}

/**
 * How many calls the run has made that were refused for good, so that its redrive makes another one: the
 * ledger would answer with the refusal for ever, though somebody has mended what it was for.
 */
async function refusedCalls({ durable, parts }: RunSteps, key: string): Promise<number> {
  const launch = await parts.launches.find(key);
  return launch?.state === 'refused' && launch.runId === durable.runId ? launch.calls : 0;
}

/** A job that its event has made known is put on the topic of jobs as well. */
async function announced(run: RunSteps, name: string, order: LaunchOrder): Promise<string> {
  const launched = await run.durable.step(`announce ${name}`, ({ signal }) =>
    run.parts.launcher.launch(order, signal),
  );
  if (launched.kind === 'created') return launched.id;
  throw new BridgeError('ERR_LAUNCH_UNCLEAR', `the ledger has lost the call ${name}`);
}

/** Quota comes back, and so does an API that was never reached. */
function isRetried(error: unknown): boolean {
  return isBridgeError(
    error,
    'ERR_GEMINI_QUOTA',
    'ERR_GEMINI_UNAVAILABLE',
    'ERR_HTTP_UNAVAILABLE',
    'ERR_STEP_TIMEOUT',
  );
}

async function isSettledByEvent(run: RunSteps, name: string, key: string): Promise<boolean> {
  const { durable, parts } = run;
  return waiting(run, `call ${name}`, async () => {
    const until = (await durable.now()) + parts.settings.settleWithinMs;
    for (;;) {
      if (await isSettled(run, name, key)) return true;
      const left = until - (await durable.now());
      if (left <= 0) return false;
      await durable.receive(callTopic(key), left);
    }
  });
}

function isSettled({ durable, parts }: RunSteps, name: string, key: string): Promise<boolean> {
  return durable.step(`look for ${name}`, async () => {
    const launch = await parts.launches.find(key);
    return launch?.state === 'created';
  });
}
