import type { SigningKeys } from '../deliveries/target.ts';
import type { FileSearch } from '../file-search/file-search.ts';
import type { DynamicWebhook, Job, JobRequest } from '../jobs/job.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { UploadSession } from '../uploads/session.ts';
import type { Upload } from '../uploads/upload.ts';
import type { BoundedMap } from '../util/bounded-map.ts';
import type { WebhookRegistry } from '../webhooks/webhook-registry.ts';
import type { Json } from './read-body.ts';

/** What the calls of the API work on. */
export interface ApiContext {
  readonly store: JobStore;
  readonly runner: JobRunner;
  readonly webhooks: WebhookRegistry;
  readonly signingKeys: SigningKeys;
  /** Uploaded files, bounded by their bytes. */
  readonly uploads: BoundedMap<Upload>;
  /** Uploads under way, bounded likewise. */
  readonly sessions: BoundedMap<UploadSession>;
  /** Input steps of interactions, bounded by their characters. */
  readonly inputs: BoundedMap<readonly Json[]>;
  readonly fileSearch: FileSearch;
  readonly now: () => number;
  /** Origin of the URIs in resources and events. */
  readonly pointerOrigin: () => string;
  /** Launches a job that was asked for over the API. */
  create(request: JobRequest, model: string, webhook: DynamicWebhook | null): Job;
  /** @throws GoogleError 400 for a URI that deliveries must not go to */
  checkUri(uri: string): void;
  /** Sends a webhook's ping. */
  ping(webhookId: string): void;
}
