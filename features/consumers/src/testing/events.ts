import { familyOf, type KnownType } from '@gemini-events/events';
import type { UnknownEvent } from '@gemini-events/schemas';
import type { GeminiEvent } from '../definition/event.ts';

type Of<Type extends KnownType> = Extract<GeminiEvent, { type: Type }>;

const AT = Date.UTC(2026, 0, 1);
const EXAMPLE_IDS = {
  batch: 'batches/example',
  interaction: 'v1_example',
  video: 'models/veo/operations/example',
} as const;
let count = 0;

/** An event of a type as Gemini would send it, with an id of its own; anything may be overridden. */
export function geminiEvent<Type extends KnownType>(
  type: Type,
  overrides: Partial<Of<Type>> = {},
): Of<Type> {
  count += 1;
  const family = familyOf(type) ?? 'batch';
  const isFailure = type.endsWith('.failed');
  const resourceId = overrides.resource_id ?? EXAMPLE_IDS[family];
  const error = {
    error_code: isFailure ? '13' : null,
    error_message: isFailure ? 'an internal error' : null,
  };
  const output = { output_file_uri: type === 'batch.succeeded' ? 'files/example-output' : null };
  const ofFamily = {
    batch: { ...output, ...error },
    interaction: error,
    video: { output_file_uri: null, file_name: 'files/example-video' },
  }[family];
  const event = {
    event_id: `msg_${count}`,
    type,
    source: 'default',
    labels: {},
    resource_id: resourceId,
    occurred_at: AT,
    received_at: AT,
    scheme: 'v1',
    trust: 'project',
    user_metadata: {},
    payload: JSON.stringify({ type, version: 'v1', data: { id: resourceId } }),
    ...ofFamily,
    ...overrides,
  };
  return event as unknown as Of<Type>;
}

const factory =
  <Type extends KnownType>(type: Type) =>
  (overrides?: Partial<Of<Type>>): Of<Type> =>
    geminiEvent(type, overrides);

export const batchSucceeded = factory('batch.succeeded');
export const batchCancelled = factory('batch.cancelled');
export const batchExpired = factory('batch.expired');
export const batchFailed = factory('batch.failed');
export const interactionRequiresAction = factory('interaction.requires_action');
export const interactionCompleted = factory('interaction.completed');
export const interactionFailed = factory('interaction.failed');
export const interactionCancelled = factory('interaction.cancelled');
export const videoGenerated = factory('video.generated');

/** An event of a type that this version does not know. */
export function unknownEvent(overrides: Partial<UnknownEvent> = {}): UnknownEvent {
  const { event_id, source, labels, occurred_at, received_at, scheme, trust, user_metadata } =
    batchSucceeded();
  const common = {
    event_id,
    source,
    labels,
    occurred_at,
    received_at,
    scheme,
    trust,
    user_metadata,
  };
  const body = { type: 'model.tuned', data: { id: 'models/example' } };
  return {
    ...common,
    type: body.type,
    resource_id: body.data.id,
    payload: JSON.stringify(body),
    ...overrides,
  };
}
