import type { OutputPlan } from '../plan-output.ts';
import { type Ended, ended } from './ended.ts';
import { type FetchContext, notReady, proveOurs } from './fetch-context.ts';
import { storePointer } from './store-file.ts';

/**
 * Stores the videos of a Veo operation, of which old events tell: the file that a proven event names, or
 * all that the operation itself names.
 * @throws BridgeError ERR_RESULT_NOT_READY, and those of the calls
 */
export async function fetchVideo(
  context: FetchContext,
  plan: Extract<OutputPlan, { kind: 'file' | 'operation' }>,
): Promise<Ended> {
  if (plan.kind === 'file') {
    return ended({ status: 'stored', parts: [await storePointer(context, plan.file, 'video-1')] });
  }
  const { gemini, signal } = context;
  const { isDone, uris, error } = await proveOurs(context, plan.name, () =>
    gemini.getVideoOperation(plan.name, signal),
  );
  if (!isDone) throw notReady(plan.name, 'unfinished');
  // Filtered or failed: there is nothing, and why was said.
  if (uris.length === 0) return ended({ status: 'failed', error });
  const parts = [];
  for (const [at, uri] of uris.entries()) {
    parts.push(await storePointer(context, uri, `video-${at + 1}`));
  }
  return ended({ status: 'stored', parts, error });
}
