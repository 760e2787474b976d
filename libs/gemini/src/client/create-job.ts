import { BridgeError, isBridgeError } from '@gemini-events/events';
import { type HttpAnswer, readWhole } from '@gemini-events/http';
import { textAt } from '../json/at.ts';
import { namePath } from '../names/resource-name.ts';
import { apiErrorWithReason } from './api-error.ts';
import { type Calls, pathOf } from './calls.ts';
import { isNeverSent } from './never-sent.ts';

/** What became of a call that makes a job. */
export type Creation =
  /** @property id as events name it */
  | { readonly kind: 'created'; readonly id: string }
  /** The API said no, and made nothing: ERR_GEMINI_*, with `retryAfterMs` where it asks to wait. */
  | { readonly kind: 'refused'; readonly error: BridgeError }
  /** Nothing was sent, so nothing was made: ERR_GEMINI_UNAVAILABLE, ERR_HTTP_REFUSED. */
  | { readonly kind: 'not-sent'; readonly error: BridgeError }
  /** A job may have been made or not: the answer was lost, or is none. */
  | { readonly kind: 'unclear'; readonly error: BridgeError };

/**
 * Calls that cost money. Each goes out once and is never repeated, since Gemini makes a job of every one
 * (contract notes, hazard 26): so they are not made by the SDK, which repeats and continues by itself.
 */
export interface JobCalls {
  /** @param body of `POST interactions`, as it is sent */
  createInteraction(body: object, signal: AbortSignal): Promise<Creation>;
  /**
   * @param model without `models/`
   * @param batch of `POST models/{model}:batchGenerateContent`, as it is sent under `batch`
   */
  createBatch(model: string, batch: object, signal: AbortSignal): Promise<Creation>;
}

/** An answer may repeat the request, of which only the id matters. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export function createJobCalls(calls: Calls): JobCalls {
  const create = async (
    path: string,
    idField: 'id' | 'name',
    body: object,
    signal: AbortSignal,
  ): Promise<Creation> => {
    const request = {
      url: `${calls.baseUrl}/${calls.version}/${path}`,
      method: 'POST' as const,
      headers: { 'content-type': 'application/json' },
      credentials: calls.credentials(),
      body: JSON.stringify(body),
      signal,
    };
    let answer: HttpAnswer;
    try {
      answer = await calls.once(request);
    } catch (cause) {
      const error = isBridgeError(cause) ? cause : unavailable(path, 'cannot be called', cause);
      return { kind: isNeverSent(cause) ? 'not-sent' : 'unclear', error };
    }
    if (!isSuccess(answer.status)) {
      const error = await apiErrorWithReason(answer, pathOf(request), calls.now());
      if (isRefusal(answer.status)) return { kind: 'refused', error };
      return { kind: 'unclear', error: unavailable(path, `answered ${answer.status}`, error) };
    }
    try {
      const made: unknown = JSON.parse((await readWhole(answer, MAX_ANSWER_BYTES)).toString());
      const id = textAt(made, idField);
      if (id !== null && id !== '') return { kind: 'created', id };
      return { kind: 'unclear', error: unavailable(path, 'answered without an id', null) };
    } catch (cause) {
      return { kind: 'unclear', error: unavailable(path, 'gave an unreadable answer', cause) };
    }
  };
  return {
    createInteraction: (body, signal) => create('interactions', 'id', body, signal),
    createBatch: (model, batch, signal) =>
      create(`${namePath(`models/${model}`)}:batchGenerateContent`, 'name', { batch }, signal),
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * Whether a status says that nothing was made. 408 and 499 tell of a time-out and of a connection that was
 * given up, a redirect comes from something in between, and behind a 5xx anything may have happened.
 */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 499;
}

function unavailable(path: string, what: string, cause: unknown): BridgeError {
  return new BridgeError(
    'ERR_GEMINI_UNAVAILABLE',
    `the Gemini API ${what}: /${path}`,
    cause === null ? {} : { cause },
  );
}
