import { BridgeError } from '@gemini-events/events';
import type { Manifest, OutputPart, Outputs } from '@gemini-events/objects';

export interface Wanted {
  /** As the event names it, with its collection or without. */
  readonly resource: string;
  readonly source: string | null;
  readonly type: string | null;
}

/**
 * The one output of a job. The store itself is asked, so this needs no topic.
 * @throws BridgeError ERR_OUTPUT_UNKNOWN there is none, or more than one
 */
export async function findOutput(
  outputs: Outputs,
  { resource, source, type }: Wanted,
): Promise<Manifest> {
  const names = resource.includes('/')
    ? [resource]
    : [resource, `batches/${resource}`, `interactions/${resource}`];
  const found = (await Promise.all(names.map((name) => outputs.ofJob(name)))).flat();
  const fitting = found.filter(
    (each) => (source ?? each.source) === each.source && (type ?? each.type) === each.type,
  );
  const [output, ...more] = fitting;
  if (output === undefined) throw unknown(`nothing is stored of ${resource}`);
  if (more.length > 0) {
    const list = fitting.map((each) => `--source ${each.source} --type ${each.type}`).join(', ');
    throw unknown(`${resource} has several outputs; say which: ${list}`);
  }
  return output;
}

/** @throws BridgeError ERR_OUTPUT_UNKNOWN */
export function partOf(manifest: Manifest, name: string | null): OutputPart {
  const { parts, status, error, job } = manifest;
  const part = name === null ? parts[0] : parts.find((each) => each.name === name);
  if (part !== undefined) return part;
  if (parts.length > 0) {
    throw unknown(
      `${job} has no part ${name}; it has ${parts.map((each) => each.name).join(', ')}`,
    );
  }
  const why = [error?.code, error?.message].filter(Boolean).join(': ');
  throw unknown(`${job} gave no output: ${status}${why === '' ? '' : `, ${why}`}`);
}

function unknown(message: string): BridgeError {
  return new BridgeError('ERR_OUTPUT_UNKNOWN', message);
}
