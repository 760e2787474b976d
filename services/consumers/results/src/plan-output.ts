import { canonicalType, type KnownType } from '@gemini-events/events';
import { fileNameIn, operationName, resourceName } from '@gemini-events/gemini';
import type { BatchEvent, InteractionEvent, VideoEvent } from '@gemini-events/schemas';

export type ResultEvent = BatchEvent | InteractionEvent | VideoEvent;

/** What an event says of its job's end, where nobody else does. */
interface Word {
  readonly status: 'failed' | 'cancelled' | 'expired';
  readonly error: { readonly code: string | null; readonly message: string | null };
}

/** Whom to ask in the Gemini API for what an event is about. */
export type OutputPlan = { readonly type: KnownType } & (
  | {
      /** Ask the job; its own output field is believed. */
      readonly kind: 'batch' | 'interaction';
      readonly name: string;
      /** `files/<id>` that the event named, for a job that is gone. */
      readonly hint: string | null;
      /** The end without an output that the event tells of, for a job that is gone. */
      readonly word: Word | null;
    }
  | { readonly kind: 'file'; readonly name: string; readonly file: string }
  | { readonly kind: 'operation'; readonly name: string }
);

/** A job that is asked for its own word. */
export type JobPlan = Extract<OutputPlan, { kind: 'batch' | 'interaction' }>;

const ENDS: Readonly<Record<string, Word['status']>> = {
  failed: 'failed',
  cancelled: 'cancelled',
  expired: 'expired',
};

/**
 * Decides from the event alone whom to ask; null where nothing has ended. A pointer in the event is read
 * for the name of a file only, and not at all when nothing proves that the job is ours: then the job has
 * to be asked.
 * @throws BridgeError ERR_RESULT_POINTER
 */
export function planOutput(event: ResultEvent): OutputPlan | null {
  const type = canonicalType(event.type);
  if (type === null || type === 'interaction.requires_action') return null;
  const isProven = isOurs(event);
  const [family = '', end = ''] = type.split('.');
  if (family === 'video') return planVideo(event, type, isProven);
  const kind = family === 'batch' ? 'batch' : 'interaction';
  const collection = kind === 'batch' ? 'batches' : 'interactions';
  const pointer = 'output_file_uri' in event ? event.output_file_uri : null;
  const status = ENDS[end];
  const said = 'error_code' in event ? event : { error_code: null, error_message: null };
  const error = { code: said.error_code, message: said.error_message };
  return {
    kind,
    type,
    name: resourceName(collection, event.resource_id),
    hint: isProven ? fileNameIn(pointer) : null,
    word: isProven && status !== undefined ? { status, error } : null,
  };
}

function planVideo(event: ResultEvent, type: KnownType, isProven: boolean): OutputPlan {
  const file =
    'file_name' in event
      ? (fileNameIn(event.file_name) ?? fileNameIn(event.output_file_uri))
      : null;
  return isProven && file !== null
    ? { kind: 'file', type, name: event.resource_id, file }
    : { kind: 'operation', type, name: operationName(event.resource_id) };
}

/** Whether the event itself proves that the job is ours. `trust` is open: what is new proves nothing. */
export function isOurs(event: Pick<ResultEvent, 'trust'>): boolean {
  return event.trust === 'project' || event.trust === 'tagged';
}
