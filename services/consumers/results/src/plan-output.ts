import { canonicalType } from '@gemini-events/events';
import type { BatchEvent, InteractionEvent, VideoEvent } from '@gemini-events/schemas';
import { fileNameIn, resourceName } from './gemini/resource-name.ts';

export type ResultEvent = BatchEvent | InteractionEvent | VideoEvent;

/** Where the output of an event is to be found in the Gemini API. */
export type OutputPlan =
  /** Ask the job; its own output field is believed. `hint` is what the event named, for a lost job. */
  | { readonly kind: 'batch'; readonly name: string; readonly hint: string | null }
  | { readonly kind: 'interaction'; readonly name: string }
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'operation'; readonly name: string }
  /** The event has no output to store. */
  | { readonly kind: 'none' };

/** Decides from the event alone; the pointer in it is only read for the name of a file. */
export function planOutput(event: ResultEvent): OutputPlan {
  switch (canonicalType(event.type)) {
    case 'batch.succeeded':
      return {
        kind: 'batch',
        name: resourceName('batches', event.resource_id),
        hint: 'output_file_uri' in event ? fileNameIn(event.output_file_uri) : null,
      };
    case 'interaction.completed':
      return { kind: 'interaction', name: resourceName('interactions', event.resource_id) };
    case 'video.generated': {
      const file =
        'file_name' in event ? (fileNameIn(event.file_name) ?? fileNameIn(event.output_file_uri)) : null;
      return file === null ? { kind: 'operation', name: event.resource_id } : { kind: 'file', name: file };
    }
    case 'batch.cancelled':
    case 'batch.expired':
    case 'batch.failed':
    case 'interaction.requires_action':
    case 'interaction.failed':
    case 'interaction.cancelled':
    case null:
      return { kind: 'none' };
  }
}
