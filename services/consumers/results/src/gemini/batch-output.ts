import { fileNameIn } from './resource-name.ts';

type Json = Readonly<Record<string, unknown>>;

/** Where a finished batch has its output. */
export type BatchOutput =
  | { readonly kind: 'file'; readonly name: string }
  /** Inlined responses as they came. */
  | { readonly kind: 'inline'; readonly responses: readonly unknown[] }
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
    if (Array.isArray(responses)) return { kind: 'inline', responses: responses as readonly unknown[] };
  }
  return { kind: 'none' };
}

/** The file of a finished video operation; null where it was filtered or has failed. */
export function operationFile(operation: unknown): string | null {
  const samples = at(operation, 'response', 'generateVideoResponse', 'generatedSamples');
  const first: unknown = Array.isArray(samples) ? samples[0] : undefined;
  const uri = at(first, 'video', 'uri');
  return typeof uri === 'string' ? fileNameIn(uri) : null;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Json)[name];
  }
  return current;
}
