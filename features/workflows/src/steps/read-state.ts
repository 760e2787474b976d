import { type Gemini, readInteraction } from '@gemini-events/gemini';
import { z } from 'zod';
import type { BatchState, FunctionCall, InteractionState } from '../definition/run-context.ts';

/** What is longer belongs to the results consumer. */
const MOST_TEXT = 65_536;

const callSchema = z.object({
  type: z.literal('function_call'),
  id: z.string().min(1).max(256),
  name: z.string().min(1).max(256),
  arguments: z.record(z.string(), z.unknown()).catch({}),
});
const shownSchema = z.object({
  status: z.string().catch('unknown'),
  model: z.string().nullable().catch(null),
  agent: z.string().nullable().catch(null),
  previous_interaction_id: z.string().nullable().catch(null),
  steps: z.array(z.unknown()).catch([]),
});

/** @throws BridgeError ERR_GEMINI_* */
export async function readInteractionState(
  gemini: Pick<Gemini, 'getInteraction'>,
  id: string,
  signal: AbortSignal,
): Promise<InteractionState> {
  return interactionStateOf(id, await gemini.getInteraction(id, signal));
}

/** @throws BridgeError ERR_GEMINI_* */
export async function readBatchState(
  gemini: Pick<Gemini, 'getBatch'>,
  id: string,
  signal: AbortSignal,
): Promise<BatchState> {
  const { state, file, error } = await gemini.getBatch(id, signal);
  return { id, status: state, file, error };
}

/** An interaction in the terms of workflows. Exported for its test. */
export function interactionStateOf(id: string, given: unknown): InteractionState {
  const { text, usage, error } = readInteraction(given);
  const shown = shownSchema.catch(() => shownSchema.parse({})).parse(given);
  return {
    id,
    status: shown.status,
    model: shown.model,
    agent: shown.agent,
    previousId: shown.previous_interaction_id,
    text: text.slice(0, MOST_TEXT),
    calls: shown.status === 'requires_action' ? callsIn(shown.steps) : [],
    usage,
    error,
  };
}

function callsIn(steps: readonly unknown[]): readonly FunctionCall[] {
  const calls = steps.flatMap((step) => {
    const read = callSchema.safeParse(step);
    return read.success ? [read.data] : [];
  });
  return calls.map(({ id, name, arguments: given }) => ({ id, name, arguments: given }));
}
