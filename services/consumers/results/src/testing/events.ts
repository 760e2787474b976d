import type { BatchEvent, InteractionEvent, VideoEvent } from '@gemini-events/schemas';

const common = {
  event_id: 'msg_1',
  source: 'default',
  labels: {},
  occurred_at: 1_700_000_000_000,
  received_at: 1_700_000_000_000,
  scheme: 'v1',
  trust: 'project',
  user_metadata: {},
  payload: '{}',
} as const;

export function batchEvent(fields: Partial<BatchEvent> = {}): BatchEvent {
  return {
    ...common,
    type: 'batch.succeeded',
    resource_id: 'batches/b1',
    output_file_uri: null,
    error_code: null,
    error_message: null,
    ...fields,
  };
}

export function interactionEvent(fields: Partial<InteractionEvent> = {}): InteractionEvent {
  return {
    ...common,
    type: 'interaction.completed',
    resource_id: 'v1_abc',
    error_code: null,
    error_message: null,
    ...fields,
  };
}

export function videoEvent(fields: Partial<VideoEvent> = {}): VideoEvent {
  return {
    ...common,
    type: 'video.generated',
    resource_id: 'models/veo-3.1/operations/op1',
    output_file_uri: null,
    file_name: null,
    ...fields,
  };
}
