import type { Creation, Gemini, JobCalls } from '@gemini-events/gemini';
import { type JobWebhook, jobWebhook } from './call-metadata.ts';
import { findableName } from './display-name.ts';
import {
  type BatchInput,
  batchBody,
  inlineInput,
  inputLines,
  interactionBody,
} from './job-call.ts';
import type { BatchLaunch } from './launch-order.ts';
import type { PlannedCall } from './planned-call.ts';

/** Makes the call, once. */
export type Send = (signal: AbortSignal) => Promise<Creation>;

/** All that costs nothing and takes its time, such as an upload; what it gives makes the call. */
export type Sender = (call: PlannedCall, signal: AbortSignal) => Promise<Send>;

export function createSender(options: {
  readonly gemini: JobCalls & Pick<Gemini, 'uploadFile'>;
  readonly webhook: { readonly url: string } | null;
  readonly ownerKey: string | null;
  readonly newId: () => string;
  /** Rows of a batch that are longer go into a file. */
  readonly inlineBytes: number;
}): Sender {
  const { gemini, webhook, ownerKey, newId, inlineBytes } = options;

  const inputOf = async (
    request: BatchLaunch,
    displayName: string,
    signal: AbortSignal,
  ): Promise<BatchInput> => {
    if (request.file !== undefined) return { fileName: request.file };
    const lines = inputLines(request);
    const inline = inlineInput(request);
    if (inline !== null && lines.length <= inlineBytes) return inline;
    const file = { mimeType: 'application/jsonl', displayName };
    return { fileName: (await gemini.uploadFile(lines, file, signal)).name };
  };

  return async ({ key, model, order: { request } }, signal) => {
    const toward: JobWebhook | null =
      webhook === null ? null : jobWebhook(key, { ...webhook, ownerKey, newId });
    if (request.kind !== 'batch') {
      const body = interactionBody(request, toward);
      return (signal) => gemini.createInteraction(body, signal);
    }
    const displayName = findableName(request.displayName, key);
    const body = batchBody(displayName, await inputOf(request, displayName, signal), toward);
    return (signal) => gemini.createBatch(model, body, signal);
  };
}
