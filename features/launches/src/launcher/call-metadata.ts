import { makeOwnerTag, OWNER_TAG_FIELD } from '@gemini-events/webhooks/owner-tag';

/**
 * Key of `user_metadata` under which a job carries the key of the call that made it: an event tells by it
 * what became of a call whose answer was lost.
 */
export const CALL_METADATA = 'gemini_events_call';

/** Where events of a job go, instead of the webhooks of the project. */
export interface JobWebhook {
  readonly uri: string;
  /** Comes back with each event. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** @param options.ownerKey makes the tag by which the ingress knows a job as ours; null: none is made */
export function jobWebhook(
  key: string,
  options: { readonly url: string; readonly ownerKey: string | null; readonly newId: () => string },
): JobWebhook {
  const { url, ownerKey, newId } = options;
  const tag = ownerKey === null ? {} : { [OWNER_TAG_FIELD]: makeOwnerTag(ownerKey, newId()) };
  return { uri: url, metadata: { [CALL_METADATA]: key, ...tag } };
}
