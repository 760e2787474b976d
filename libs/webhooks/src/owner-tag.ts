import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Key of `user_metadata` under which a job carries the tag of whoever launched it. Google signs dynamic
 * deliveries with the same keys for everyone, and anyone can name our URL in a job of theirs: only
 * this tag tells that a job is ours.
 */
export const OWNER_TAG_FIELD = 'gemini_events_owner';

const DOMAIN = 'gemini-events owner tag:';
/** A job key as it is made: letters, digits, dash, underscore. */
const TAG = /^([\w-]{16,128})\.([\w-]{43})$/;

/** The tag of a job: its random key, and the HMAC-SHA256 of that key, base64url. */
export function makeOwnerTag(ownerKey: string, jobKey: string): string {
  return `${jobKey}.${digest(ownerKey, jobKey).toString('base64url')}`;
}

/** Whether `user_metadata` holds a tag that was made with this key; compares in constant time. */
export function hasOwnerTag(
  ownerKey: string,
  userMetadata: Readonly<Record<string, string>>,
): boolean {
  const match = TAG.exec(userMetadata[OWNER_TAG_FIELD] ?? '');
  const [, jobKey, given] = match ?? [];
  if (jobKey === undefined || given === undefined) return false;
  return timingSafeEqual(digest(ownerKey, jobKey), Buffer.from(given, 'base64url'));
}

function digest(ownerKey: string, jobKey: string): Buffer {
  return createHmac('sha256', ownerKey).update(`${DOMAIN}${jobKey}`).digest();
}
