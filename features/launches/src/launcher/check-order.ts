import { BridgeError } from '@gemini-events/events';
import { z } from 'zod';
import type { LaunchOrder } from './launch-order.ts';

const MOST_KEY_BYTES = 512;

const LABEL = '[a-z0-9_-]';
const LABEL_RULE = 'up to 63 of lower-case letters, digits, _ and -';
/** Contract notes 3.1. */
const apiLabels = z.record(
  z.string().regex(new RegExp(`^${LABEL}{1,63}$`), LABEL_RULE),
  z.string().regex(new RegExp(`^${LABEL}{0,63}$`), LABEL_RULE),
);
const model = z.string().regex(/^[\w.-]{1,128}$/, 'no name of a model or agent');
const some = z.record(z.string(), z.unknown());
const id = z.string().min(1).max(1_024);
const shared = {
  generation_config: some.optional(),
  service_tier: z.string().optional(),
  previous_interaction_id: id.optional(),
  labels: apiLabels.optional(),
};

const interaction = z
  .strictObject({
    kind: z.literal('interaction'),
    model: model.optional(),
    agent: model.optional(),
    input: z.union([z.string().min(1), z.array(z.unknown()).min(1), some]),
    tools: z.array(z.unknown()).optional(),
    system_instruction: z.string().optional(),
    agent_config: some.optional(),
    response_format: some.optional(),
    environment: z.unknown().optional(),
    ...shared,
  })
  .refine((given) => (given.model === undefined) !== (given.agent === undefined), {
    error: 'exactly one of model and agent',
  });

const batch = z
  .strictObject({
    kind: z.literal('batch'),
    model: z.string().regex(/^(?:models\/)?[\w.-]{1,128}$/, 'no name of a model'),
    displayName: z.string().min(1),
    requests: z
      .array(z.strictObject({ key: z.string().min(1), request: some }))
      .min(1)
      .refine((rows) => new Set(rows.map(({ key }) => key)).size === rows.length, {
        error: 'each request has a key of its own',
      })
      .optional(),
    file: z
      .string()
      .regex(/^files\/[\w-]{1,128}$/, 'files/<id>')
      .optional(),
  })
  .refine((given) => (given.requests === undefined) !== (given.file === undefined), {
    error: 'exactly one of requests and file',
  });

const video = z.strictObject({
  kind: z.literal('video'),
  model,
  prompt: z.union([z.string().min(1), z.array(z.unknown()).min(1)]),
  format: some.optional(),
  ...shared,
});

const name = z.string().max(1_024).nullish();
const order = z.object({
  key: z
    .string()
    .min(1)
    .refine((key) => key.isWellFormed() && Buffer.byteLength(key) <= MOST_KEY_BYTES, {
      error: `a text of at most ${MOST_KEY_BYTES} bytes`,
    }),
  request: z.discriminatedUnion('kind', [interaction, batch, video]),
  labels: z.record(z.string(), z.string()).optional(),
  owner: name,
  route: name,
  budgetUsd: z.number().nonnegative().nullish(),
  runId: name,
  again: z.int().positive().optional(),
});

/**
 * Refuses what the API would not take, or the ledger not keep, before anything is written down.
 * @throws BridgeError ERR_LAUNCH_INVALID with all faults
 */
export function checkOrder(given: LaunchOrder): void {
  const { error } = order.safeParse(given);
  if (error === undefined) return;
  const faults = error.issues.map(
    ({ path, message }) => `${path.join('.') || 'order'}: ${message}`,
  );
  throw new BridgeError('ERR_LAUNCH_INVALID', `a launch has faults: ${faults.join('; ')}`);
}
