import { canonicalType, type KnownType } from '@gemini-events/events';
import type { BatchEvent, InteractionEvent, VideoEvent } from '@gemini-events/schemas';
import { fileNameIn, operationName, resourceName } from './gemini/resource-name.ts';

export type ResultEvent = BatchEvent | InteractionEvent | VideoEvent;

/** Where the output of an event is to be found in the Gemini API. */
export type OutputPlan =
  /** Ask the job; its own output field is believed. `hint` is what the event named, for a lost job. */
  | {
      readonly kind: 'batch';
      readonly name: string;
      readonly type: KnownType;
      readonly hint: string | null;
    }
  | { readonly kind: 'interaction'; readonly name: string; readonly type: KnownType }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly type: KnownType;
      readonly file: string;
    }
  | { readonly kind: 'operation'; readonly name: string; readonly type: KnownType };

/**
 * Decides from the event alone where its output is; null where it has none. A pointer in the event is
 * read for the name of a file only, and not at all when nothing proves that the job is ours: then the
 * job has to be asked.
 * @throws BridgeError ERR_RESULT_POINTER
 */
export function planOutput(event: ResultEvent): OutputPlan | null {
  const type = canonicalType(event.type);
  const isProven = isOurs(event);
  if (type === 'batch.succeeded') {
    const pointer = 'output_file_uri' in event ? event.output_file_uri : null;
    const name = resourceName('batches', event.resource_id);
    return { kind: 'batch', name, type, hint: isProven ? fileNameIn(pointer) : null };
  }
  if (type === 'interaction.completed') {
    return { kind: 'interaction', name: resourceName('interactions', event.resource_id), type };
  }
  if (type === 'video.generated') {
    const file =
      'file_name' in event
        ? (fileNameIn(event.file_name) ?? fileNameIn(event.output_file_uri))
        : null;
    return isProven && file !== null
      ? { kind: 'file', name: event.resource_id, type, file }
      : { kind: 'operation', name: operationName(event.resource_id), type };
  }
  return null;
}

/** Whether the event itself proves that the job is ours. `trust` is open: what is new proves nothing. */
export function isOurs(event: Pick<ResultEvent, 'trust'>): boolean {
  return event.trust === 'project' || event.trust === 'tagged';
}
