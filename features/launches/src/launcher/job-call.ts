import type { JobWebhook } from './call-metadata.ts';
import type { BatchLaunch, InteractionLaunch, VideoLaunch } from './launch-order.ts';

/** The rows of a batch, as they are sent: in a file, or with the call. */
export type BatchInput =
  | { readonly fileName: string }
  | { readonly requests: { readonly requests: readonly object[] } };

/**
 * Body of `POST interactions` (snake_case, contract notes 3.1). In the background, which a webhook needs
 * and what takes minutes too; so it is stored.
 */
export function interactionBody(
  request: InteractionLaunch | VideoLaunch,
  webhook: JobWebhook | null,
): object {
  const asked = request.kind === 'video' ? videoInteraction(request) : withoutKind(request);
  const config =
    webhook === null
      ? {}
      : { webhook_config: { uris: [webhook.uri], user_metadata: webhook.metadata } };
  return { ...asked, background: true, store: true, ...config };
}

/** The `batch` of `batchGenerateContent` (camelCase, contract notes 3.2). */
export function batchBody(
  displayName: string,
  inputConfig: BatchInput,
  webhook: JobWebhook | null,
): object {
  const config =
    webhook === null
      ? {}
      : { webhookConfig: { uris: [webhook.uri], userMetadata: webhook.metadata } };
  return { displayName, inputConfig, ...config };
}

/** Rows that go with the call; null where a file has them. */
export function inlineInput({ requests }: BatchLaunch): BatchInput | null {
  if (requests === undefined) return null;
  return {
    requests: { requests: requests.map(({ key, request }) => ({ request, metadata: { key } })) },
  };
}

/** The same rows as lines of a file. */
export function inputLines({ requests = [] }: BatchLaunch): Buffer {
  return Buffer.from(
    requests.map(({ key, request }) => `${JSON.stringify({ key, request })}\n`).join(''),
  );
}

function withoutKind(request: InteractionLaunch | Omit<VideoLaunch, 'prompt' | 'format'>): object {
  return Object.fromEntries(Object.entries(request).filter(([name]) => name !== 'kind'));
}

/** By its URI: a film does not fit into an answer (contract notes 3.4). */
function videoInteraction({ prompt, format = {}, ...request }: VideoLaunch): object {
  return {
    ...withoutKind(request),
    input: prompt,
    response_format: { ...format, type: 'video', delivery: 'uri' },
  };
}
