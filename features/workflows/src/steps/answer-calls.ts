import { BridgeError } from '@gemini-events/events';
import type { Tool } from '../definition/define-tool.ts';
import { declarationOf } from '../definition/define-tool.ts';
import type { AnswerOptions, FunctionCall, InteractionState } from '../definition/run-context.ts';
import { QUIET } from '../engine/durable.ts';
import type { RunSteps } from '../engine/run-parts.ts';
import { failureOf } from '../engine/step-failure.ts';
import { launchJob } from './launch-job.ts';

/** An interaction is continued once, whichever run does it: this is the key of that call. */
export const continuationKey = (interactionId: string): string => `continue/${interactionId}`;

/** What a function call is answered with. */
interface Answer {
  readonly result: unknown;
  readonly isError: boolean;
}

/**
 * Answers all function calls of an interaction, each tool a step of its own, all in one request: Gemini
 * refuses a part of them (contract notes, hazard 25), and takes a second answer for a second paid
 * continuation (hazard 26).
 *
 * @returns the id of the continuation
 * @throws BridgeError ERR_INTERACTION_MOOT, ERR_INTERACTION_CONTINUED; what a tool throws that fails its run
 */
export async function answerCalls(
  run: RunSteps,
  interaction: InteractionState,
  options: AnswerOptions,
): Promise<string> {
  const { durable, parts } = run;
  const { id, calls, model, agent } = interaction;
  if (calls.length === 0) {
    throw new BridgeError(
      'ERR_INTERACTION_MOOT',
      `interaction ${id} waits for no answer: it is ${interaction.status}`,
    );
  }
  const key = continuationKey(id);
  const checkWhose = async (): Promise<void> => {
    const launch = await parts.launches.find(key);
    if (launch !== null && launch.runId !== durable.runId) throw continuedBy(id, launch.runId);
  };
  // Before the tools do anything.
  await durable.step(`may continue ${id}`, checkWhose, { isRetried: () => false, ...QUIET });
  const { tools, moreTools = [], system_instruction, generation_config } = options;
  const { labels, owner, route, budgetUsd } = options;
  // All of them end before anything else happens: steps keep their numbers over a crash.
  const settled = await Promise.allSettled(calls.map((call) => answerOf(run, call, tools)));
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const answers = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const order = {
    labels,
    owner,
    route,
    budgetUsd,
    key,
    runId: durable.runId,
    request: {
      kind: 'interaction',
      ...(model === null ? { agent: agent ?? '' } : { model }),
      previous_interaction_id: id,
      tools: [...tools.map(declarationOf), ...moreTools],
      system_instruction,
      generation_config,
      input: calls.map((call, at) => resultOf(call, answers[at] as Answer)),
    },
  } as const;
  // Two runs may have come here at once, with the same answers or with others: the ledger says whose call it is.
  return launchJob(run, `continuation of ${id}`, order, checkWhose);
}

async function answerOf(
  { durable }: RunSteps,
  call: FunctionCall,
  tools: readonly Tool[],
): Promise<Answer> {
  const tool = tools.find(({ name }) => name === call.name);
  // The model's own mistakes are told to the model: another attempt would not mend them.
  if (tool === undefined)
    return { result: { error: `no such function: ${call.name}` }, isError: true };
  const read = tool.readInput(call.arguments);
  if (!read.ok)
    return { result: { error: `the arguments do not fit: ${read.why}` }, isError: true };
  try {
    const result = await durable.step(
      `tool ${call.name} (${call.id})`,
      (attempt) => tool.call(read.input, attempt),
      { ...tool, input: call.arguments },
    );
    return { result, isError: false };
  } catch (error) {
    if (tool.whenItFails !== 'tell' || !(error instanceof BridgeError)) throw error;
    return { result: { error: failureOf(error).message }, isError: true };
  }
}

/** A string or an object is taken as it is; everything else is wrapped, as Gemini refuses bare lists. */
function resultOf({ id, name }: FunctionCall, { result, isError }: Answer): object {
  const isObject = typeof result === 'object' && result !== null && !Array.isArray(result);
  return {
    type: 'function_result',
    call_id: id,
    name,
    result: isObject || typeof result === 'string' ? result : { result: result ?? null },
    ...(isError ? { is_error: true } : {}),
  };
}

function continuedBy(id: string, runId: string | null): BridgeError {
  const by = runId === null ? 'somebody else' : `run ${runId}`;
  return new BridgeError('ERR_INTERACTION_CONTINUED', `interaction ${id} was continued by ${by}`);
}
