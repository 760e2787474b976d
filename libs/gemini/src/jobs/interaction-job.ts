import { at, countAt, listAt, textAt } from '../json/at.ts';
import { type JobError, readJobError } from './job-error.ts';

/** Something that an answer rests on. */
interface Citation {
  /** `url_citation`, `file_citation`, or a kind that is not known yet. */
  readonly kind: string;
  readonly url: string | null;
  readonly title: string | null;
}

/** A picture, a film, a sound, a document: by its bytes or by where it is. */
export interface OutputFile {
  readonly mimeType: string;
  /** Base64. */
  readonly data: string | null;
  readonly uri: string | null;
}

/** What an interaction came to. The JSON as it came is kept beside it: steps change often (hazard 24). */
export interface InteractionJob {
  readonly status: string | null;
  /** Text of the last run of `model_output` steps; empty where there is none. */
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly functionCalls: readonly { readonly id: string | null; readonly name: string | null }[];
  readonly files: readonly OutputFile[];
  /** Counts of tokens by the names that the API gives them. */
  readonly usage: Readonly<Record<string, number>>;
  readonly model: string | null;
  readonly error: JobError | null;
}

/** Content that is a file, by its type. */
const FILE_TYPES = new Set(['video', 'image', 'audio', 'document']);

export function readInteraction(interaction: unknown): InteractionJob {
  const steps = listAt(interaction, 'steps');
  const content = lastOutput(steps);
  const texts = content.filter((item) => textAt(item, 'type') === 'text');
  return {
    status: textAt(interaction, 'status'),
    text: texts.map((item) => textAt(item, 'text') ?? '').join(''),
    citations: texts.flatMap((item) => listAt(item, 'annotations')).map(readCitation),
    functionCalls: steps
      .filter((step) => textAt(step, 'type') === 'function_call')
      .map((step) => ({ id: textAt(step, 'id'), name: textAt(step, 'name') })),
    files: steps
      .filter((step) => textAt(step, 'type') === 'model_output')
      .flatMap((step) => listAt(step, 'content'))
      .flatMap(readFile),
    usage: readUsage(at(interaction, 'usage')),
    model: textAt(interaction, 'model') ?? textAt(interaction, 'agent'),
    error: readJobError(listAt(interaction, 'errors')[0]) ?? stepError(steps),
  };
}

function lastOutput(steps: readonly unknown[]): readonly unknown[] {
  const isOutput = (step: unknown): boolean => textAt(step, 'type') === 'model_output';
  const end = steps.findLastIndex(isOutput) + 1;
  const start = steps.slice(0, end).findLastIndex((step) => !isOutput(step)) + 1;
  return steps.slice(start, end).flatMap((step) => listAt(step, 'content'));
}

function readCitation(annotation: unknown): Citation {
  return {
    kind: textAt(annotation, 'type') ?? 'unknown',
    url: textAt(annotation, 'url') ?? textAt(annotation, 'document_uri'),
    title: textAt(annotation, 'title') ?? textAt(annotation, 'file_name'),
  };
}

function readFile(item: unknown): OutputFile[] {
  const type = textAt(item, 'type') ?? '';
  const data = textAt(item, 'data');
  const uri = textAt(item, 'uri');
  if (!FILE_TYPES.has(type) || (data === null && uri === null)) return [];
  return [{ mimeType: textAt(item, 'mime_type') ?? 'application/octet-stream', data, uri }];
}

function readUsage(usage: unknown): Record<string, number> {
  if (typeof usage !== 'object' || usage === null) return {};
  return Object.fromEntries(
    Object.keys(usage).flatMap((name) => {
      const count = countAt(usage, name);
      return count === null ? [] : [[name, count] as const];
    }),
  );
}

function stepError(steps: readonly unknown[]): JobError | null {
  for (const step of steps) {
    const error = readJobError(at(step, 'error'));
    if (error !== null) return error;
  }
  return null;
}
