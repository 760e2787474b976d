import { BridgeError, isBridgeError } from '@gemini-events/events';
import type { Gemini } from '@gemini-events/gemini';
import { fileNameIn } from '@gemini-events/gemini';
import type { Download, HttpAnswer } from '@gemini-events/http';
import type { OutputId, Outputs, PartWriter } from '@gemini-events/objects';

/** What the fetch of one output works with. */
export interface FetchContext {
  readonly gemini: Gemini;
  readonly outputs: Outputs;
  readonly id: OutputId;
  /** Whether the event itself proves that the job is ours; else only what our key finds is. */
  readonly isProven: boolean;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  /** Told for each piece of an output that has been read; `total` where it is known. */
  readonly onBytes: (bytes: number, total: number | null) => void;
  readonly onResume: (at: number, error: unknown) => void;
}

/**
 * Asks for a job by its name.
 * @throws BridgeError ERR_JOB_FOREIGN our key does not find the job of an event that is not proven to be
 * ours; ERR_GEMINI_*
 */
export async function askJob(context: FetchContext, name: string): Promise<HttpAnswer> {
  return proveOurs(context, name, () => context.gemini.ask(name, context.signal));
}

/** Turns "not to be seen" into "not ours" where nothing else proves that it is. */
export async function proveOurs<Value>(
  { isProven }: Pick<FetchContext, 'isProven'>,
  name: string,
  ask: () => Promise<Value>,
): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    const isHidden = isBridgeError(error, 'ERR_GEMINI_NOT_FOUND', 'ERR_GEMINI_PERMISSION');
    if (isProven || !isHidden) throw error;
    const message = `${name} is not to be found with our key`;
    throw new BridgeError('ERR_JOB_FOREIGN', message, { cause: error });
  }
}

/**
 * Opens what a job itself points to: a file of the API, or a URL on a host that is allowed.
 * @throws BridgeError ERR_RESULT_POINTER, ERR_HTTP_REFUSED, ERR_HTTP_TOO_LARGE, ERR_GEMINI_*
 */
export async function openPointer(context: FetchContext, pointer: string): Promise<Download> {
  const { gemini, signal, maxBytes, onResume } = context;
  const file = fileNameIn(pointer);
  if (file !== null) return gemini.download(file, { signal, maxBytes, onResume });
  if (URL.parse(pointer)?.protocol !== 'https:') {
    throw new BridgeError('ERR_RESULT_POINTER', 'the job points to what the API does not serve', {
      data: { pointer: pointer.slice(0, 256) },
    });
  }
  return gemini.downloadFrom(pointer, { signal, maxBytes, onResume });
}

/** Writes a part of the output, which is given up as a whole where that fails. */
export async function withPart<Value>(
  { outputs, id }: FetchContext,
  about: Parameters<Outputs['part']>[1],
  write: (part: PartWriter) => Promise<Value>,
): Promise<Value> {
  const part = await outputs.part(id, about);
  try {
    return await write(part);
  } catch (error) {
    await part.abort();
    throw error;
  }
}

export function notReady(name: string, state: string): BridgeError {
  return new BridgeError('ERR_RESULT_NOT_READY', `${name} is ${state}`);
}
