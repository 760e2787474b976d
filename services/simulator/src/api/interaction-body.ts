import { z } from 'zod';
import type { Job, JobRequest } from '../jobs/job.ts';
import { type FunctionCall, nextTurn, type ScriptPlace, scriptOf } from '../scripts/turns.ts';
import { bringsResults } from './function-results.ts';
import { invalid } from './google-error.ts';
import { userTexts } from './input-steps.ts';
import { isObject, type Json } from './read-body.ts';

const anything = z.unknown().optional();
const target = z.string().regex(/^[\w./-]{1,128}$/);

/** The body that creates an interaction. */
export const createSchema = z.strictObject({
  model: target.optional(),
  agent: target.optional(),
  input: z.union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())]),
  background: z.boolean().default(false),
  store: z.boolean().default(true),
  stream: z.literal(false, 'the simulator does not stream').optional(),
  previous_interaction_id: z.string().optional(),
  tools: z.array(z.unknown()).optional(),
  labels: z
    .record(z.string().regex(/^[a-z0-9_-]{1,63}$/), z.string().regex(/^[a-z0-9_-]{0,63}$/))
    .optional(),
  webhook_config: z
    .strictObject({
      uris: z.array(z.string()).min(1),
      user_metadata: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  system_instruction: anything,
  generation_config: anything,
  agent_config: anything,
  response_format: anything,
  response_modalities: anything,
  service_tier: anything,
  environment: anything,
  continuation_token: anything,
});
export type CreateBody = z.output<typeof createSchema>;

/** @throws GoogleError 400 where fields contradict each other */
export function checkBody(body: CreateBody): void {
  if ((body.model === undefined) === (body.agent === undefined)) {
    throw invalid("Exactly one of 'model' and 'agent' is required.");
  }
  if (body.background && !body.store) throw invalid("'background' needs 'store'.");
  if (body.webhook_config !== undefined && !body.background) {
    throw invalid("'webhook_config' needs 'background: true'.");
  }
  if (isResearch(body) && !body.background) {
    throw invalid(`Agent '${body.agent ?? ''}' needs 'background: true'.`);
  }
}

/**
 * What is to be run.
 * @throws GoogleError 400 for a script that cannot be followed
 */
export function requestOf(
  body: CreateBody,
  steps: readonly Json[],
  previous: Job | null,
): Extract<JobRequest, { kind: 'interaction' }> {
  const { model, agent } = body;
  const functions = functionsOf(body.tools);
  const script = scriptOf(userTexts(steps)) ?? inherited(previous);
  const scripted = script?.turn.calls;
  if (scripted !== undefined && model !== undefined && functions.length === 0) {
    throw invalid(
      "The script calls a function, but no tool of type 'function' is here: tools are not inherited.",
    );
  }
  return {
    kind: 'interaction',
    target: model === undefined ? { agent: agent ?? '' } : { model },
    previousId: previous?.name ?? null,
    labels: body.labels ?? null,
    wantsVideo: isObject(body.response_format) && body.response_format['type'] === 'video',
    calls: scripted ?? functions.slice(0, 1),
    answer: script === null ? planOf(body, previous) : (script.turn.text ?? null),
    script,
    isForeground: !body.background,
    answersCall: bringsResults(steps),
  };
}

/** A script is for the whole chain: each interaction plays the turn after that of its predecessor. */
function inherited(previous: Job | null): ScriptPlace | null {
  const script = previous?.request.kind === 'interaction' ? previous.request.script : null;
  return script === null ? null : nextTurn(script);
}

/** The functions that are offered, as calls without arguments. */
function functionsOf(tools: readonly unknown[] | undefined): FunctionCall[] {
  return (tools ?? []).flatMap((tool) =>
    isObject(tool) && tool['type'] === 'function' && typeof tool['name'] === 'string'
      ? [{ name: tool['name'], arguments: {} }]
      : [],
  );
}

/** Research that is planned together completes with a plan first, and goes on when it is answered. */
function planOf(body: CreateBody, previous: Job | null): string | null {
  const isPlanned =
    isObject(body.agent_config) && body.agent_config['collaborative_planning'] === true;
  if (!isResearch(body) || !isPlanned || previous !== null) return null;
  return 'Research plan:\n1. Find sources.\n2. Compare them.\n3. Write the report.';
}

function isResearch({ agent }: CreateBody): boolean {
  return agent?.startsWith('deep-research') === true;
}
