export { createDispatcher, type DispatcherOptions } from './client/create-dispatcher.ts';
export {
  createHttpClient,
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
} from './client/http-client.ts';
export { giveBack } from './client/receive-buffers.ts';
export { type Download, type DownloadOptions, startDownload } from './download/download.ts';
export { readWhole } from './download/read-whole.ts';
export { tooLarge } from './download/too-large.ts';
export { type ByteRange, readRange } from './range/read-range.ts';
export { retryAfterMs } from './retry/retry-after.ts';
export { isTransient, withRetries } from './retry/with-retries.ts';
export { type CheckedUrl, checkUrl } from './url/check-url.ts';
export type { OutgoingPolicy } from './url/policy.ts';
