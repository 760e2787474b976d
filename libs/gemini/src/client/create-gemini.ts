import { BridgeError, isBridgeError } from '@gemini-events/events';
import {
  type Download,
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
  startDownload,
} from '@gemini-events/http';
import type { BatchJob } from '../jobs/batch-job.ts';
import type { VideoOperation } from '../jobs/video-operation.ts';
import { namePath } from '../names/resource-name.ts';
import { errorOfStatus } from './api-error.ts';
import { createCalls, pathOf } from './calls.ts';
import { createJobCalls, type JobCalls } from './create-job.ts';
import { type BatchSearch, type FoundBatch, findBatch } from './find-batch.ts';
import { getBatch, getInteraction } from './get-job.ts';
import { type UploadContent, type UploadedFile, uploadFile } from './upload-file.ts';

interface DownloadRequest {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  readonly onResume?: (at: number, error: unknown) => void;
}

/**
 * The calls of the Gemini API that the bridge makes with its own key. All of them throw BridgeError
 * ERR_GEMINI_NOT_FOUND, ERR_GEMINI_PERMISSION, ERR_GEMINI_QUOTA, ERR_GEMINI_UNAVAILABLE or
 * ERR_GEMINI_REFUSED, and ERR_HTTP_REFUSED where a redirect leads where it must not; those that create a
 * job throw none of them: they say how it went.
 */
export interface Gemini extends JobCalls {
  /** An answer of any length about `batches/<id>` or `interactions/<id>`, unread. */
  ask(name: string, signal: AbortSignal): Promise<HttpAnswer>;
  /**
   * An interaction as its JSON came, for `readInteraction`.
   * @param id with its collection or without
   */
  getInteraction(id: string, signal: AbortSignal): Promise<unknown>;
  /**
   * A batch by its own word, however many responses are inlined in it.
   * @param id with its collection or without
   */
  getBatch(id: string, signal: AbortSignal): Promise<BatchJob>;
  /** Looks for a batch by the display name that it was created with. */
  findBatch(displayName: string, search: BatchSearch, signal: AbortSignal): Promise<FoundBatch>;
  /** Uploads to the Files API, in parts. What fails is begun anew by whoever calls. */
  uploadFile(
    content: UploadContent,
    file: { readonly mimeType: string; readonly displayName: string },
    signal: AbortSignal,
  ): Promise<UploadedFile>;
  /** Downloads `files/<id>`, without asking for its metadata (hazard 19). */
  download(fileName: string, request: DownloadRequest): Promise<Download>;
  /** Downloads from another host that the policy of the HTTP client allows; without the key. */
  downloadFrom(url: string, request: DownloadRequest): Promise<Download>;
  /**
   * Asks for a Veo operation, by Google's own SDK over the same guarded HTTP client: it is read by what
   * Google maintains.
   * @param name as `operationName` gives it
   */
  getVideoOperation(name: string, signal: AbortSignal): Promise<VideoOperation>;
}

/**
 * @param options.http its policy has the origin of `baseUrl` among its own ones
 */
export function createGemini(options: {
  readonly http: HttpClient;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly apiKey: () => string;
  readonly now?: () => number;
  readonly random?: () => number;
  /** First wait before the rest of a download that broke off is asked for. @default 250 */
  readonly resumeWaitMs?: number;
}): Gemini {
  const { http, baseUrl, apiKey, now = Date.now, random = Math.random } = options;
  const calls = createCalls({ http, baseUrl, apiKey, now, random });
  const { succeed, credentials, version } = calls;
  const download = async (
    request: Omit<HttpRequest, 'signal'>,
    how: DownloadRequest,
  ): Promise<Download> => {
    const { signal } = how;
    const first = await succeed({ ...request, signal });
    const { resumeWaitMs: waitMs } = options;
    const identity = { 'accept-encoding': 'identity' };
    const given = startDownload(
      first,
      (headers) => http.open({ ...request, headers: { ...identity, ...headers }, signal }),
      waitMs === undefined ? how : { ...how, waitMs },
    );
    return { ...given, body: withApiErrors(given.body, pathOf(request)) };
  };

  return {
    ...createJobCalls(calls),
    ask: (name, signal) =>
      succeed({
        url: `${baseUrl}/${version}/${namePath(name)}`,
        credentials: credentials(),
        signal,
      }),
    getInteraction: (id, signal) => getInteraction(calls, id, signal),
    getBatch: (id, signal) => getBatch(calls, id, signal),
    findBatch: (displayName, search, signal) => findBatch(calls, displayName, search, signal),
    uploadFile: (content, file, signal) => uploadFile(calls, content, file, signal),
    download: (fileName, how) =>
      download(
        {
          url: `${baseUrl}/${version}/${namePath(fileName)}:download?alt=media`,
          credentials: credentials(),
        },
        how,
      ),
    downloadFrom: (url, how) => download({ url }, how),
    async getVideoOperation(name, signal) {
      // Only old events name operations: what is needed for them, 5 MiB, is read when one comes.
      const { askVideoOperation, createSdk } = await import('../jobs/video-operation.ts');
      const sdk = createSdk({ open: calls.open, baseUrl, credentials, version });
      return askVideoOperation(sdk, name, signal);
    },
  };
}

/** Errors of a body that broke off, in the terms of this client. */
async function* withApiErrors(body: Download['body'], path: string): Download['body'] {
  try {
    yield* body;
  } catch (error) {
    if (isBridgeError(error, 'ERR_HTTP_STATUS'))
      throw errorOfStatus(Number(error.data['status']), path);
    if (!isBridgeError(error, 'ERR_HTTP_UNAVAILABLE')) throw error;
    throw new BridgeError('ERR_GEMINI_UNAVAILABLE', `${error.message}: ${path}`, { cause: error });
  }
}
