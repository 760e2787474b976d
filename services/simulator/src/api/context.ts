import type { SigningKeys } from '../deliveries/target.ts';
import type { DynamicWebhook, Job, JobRequest } from '../jobs/job.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { WebhookRegistry } from '../webhooks/webhook-registry.ts';

/** What the calls of the API work on. */
export interface ApiContext {
  readonly store: JobStore;
  readonly runner: JobRunner;
  readonly webhooks: WebhookRegistry;
  readonly signingKeys: SigningKeys;
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
