import { fileNameIn } from './resource-name.ts';

type Json = Readonly<Record<string, unknown>>;

/** Where a batch has its output, by its own word. */
export type BatchOutput =
  | { readonly kind: 'file'; readonly name: string }
  /** Inlined responses as they came. */
  | { readonly kind: 'inline'; readonly responses: readonly unknown[] }
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'none' };

/**
 * Reads the output field of a batch. It stands under `metadata.output` and under `response`, inlined
 * responses with one or two levels of the same name (contract notes 3.2, hazard 18).
 */
export function batchOutput(batch: unknown): BatchOutput {
  for (const place of [at(batch, 'metadata', 'output'), at(batch, 'response')]) {
    const file = at(place, 'responsesFile');
    const name = typeof file === 'string' ? fileNameIn(file) : null;
    if (name !== null) return { kind: 'file', name };
    const inlined = at(place, 'inlinedResponses');
    const responses = Array.isArray(inlined) ? inlined : at(inlined, 'inlinedResponses');
    if (Array.isArray(responses)) {
      return { kind: 'inline', responses: responses as readonly unknown[] };
    }
  }
  return at(batch, 'done') === true ? { kind: 'none' } : { kind: 'unfinished' };
}

/** Where a video operation has its file. */
export type OperationOutput =
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'unfinished' }
  /** Filtered or failed. */
  | { readonly kind: 'none' };

export function operationOutput(operation: unknown): OperationOutput {
  if (at(operation, 'done') !== true) return { kind: 'unfinished' };
  const samples = at(operation, 'response', 'generateVideoResponse', 'generatedSamples');
  const first: unknown = Array.isArray(samples) ? samples[0] : undefined;
  const uri = at(first, 'video', 'uri');
  const name = typeof uri === 'string' ? fileNameIn(uri) : null;
  return name === null ? { kind: 'none' } : { kind: 'file', name };
}

/** The status of an interaction, where it says one. */
export function interactionStatus(interaction: unknown): string | null {
  const status = at(interaction, 'status');
  return typeof status === 'string' ? status : null;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Json)[name];
  }
  return current;
}
