import { type BridgeError, isBridgeError } from '@gemini-events/events';
import { GenerateVideosOperation } from '@google/genai/web';
import { unreadable } from '../client/api-error.ts';
import { type Sdk, sdkError } from '../client/sdk.ts';
import { namePath } from '../names/resource-name.ts';
import { type JobError, readJobError } from './job-error.ts';

export { createSdk } from '../client/sdk.ts';

/** A Veo operation: Gemini closed them on 2026-10-22, old events still name them (contract notes 3.4). */
export interface VideoOperation {
  readonly isDone: boolean;
  readonly uris: readonly string[];
  readonly error: JobError | null;
}

/**
 * Asks for an operation by the SDK.
 * @param name as `operationName` gives it
 * @throws BridgeError ERR_GEMINI_*
 */
export async function askVideoOperation(
  sdk: Sdk,
  name: string,
  signal: AbortSignal,
): Promise<VideoOperation> {
  const asked = new GenerateVideosOperation();
  // The SDK puts the name into the path as it is.
  asked.name = namePath(name);
  let operation: GenerateVideosOperation;
  try {
    operation = await sdk.operations.getVideosOperation({
      operation: asked,
      config: { abortSignal: signal },
    });
  } catch (error) {
    throw sdkError(error, `/${name}`) ?? asBridgeError(error, name);
  }
  const { done, response, error } = operation;
  return {
    isDone: done === true,
    uris: (response?.generatedVideos ?? []).flatMap(({ video }) => video?.uri ?? []),
    error: readJobError(error) ?? filtered(response?.raiMediaFilteredReasons),
  };
}

function filtered(reasons: readonly string[] | undefined): JobError | null {
  return reasons === undefined ? null : { code: 'FILTERED', message: reasons.join(' ') };
}

/** Our own errors pass through the SDK; what is left is an answer that it cannot read. */
function asBridgeError(error: unknown, name: string): BridgeError {
  return isBridgeError(error) ? error : unreadable(name, error);
}
