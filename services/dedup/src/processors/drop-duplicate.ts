/** Which keys make a genuine delivery a repeat (`DEDUP_KEY`). */
export const DEDUP_KEYS = ['webhook-id', 'webhook-id+resource'] as const;
export type DedupKey = (typeof DEDUP_KEYS)[number];

/** What the first key, source and webhook-id, says of a delivery. */
export type IdVerdict = 'new' | 'repeat' | 'conflict';

/**
 * Judges by the first key: the first delivery of an id wins, and the same id with another body is no
 * repeat.
 * @param seen kept digest of the id's first delivery: the first characters of it, or undefined
 */
export function judgeId(seen: string | undefined, bodyDigest: string): IdVerdict {
  if (seen === undefined) return 'new';
  return bodyDigest.startsWith(seen) ? 'repeat' : 'conflict';
}

/**
 * Where an id keeps the digest of its body, a second key keeps who was published under it first. The
 * bodies of a genuine and a synthetic delivery differ by nature, so they are never compared.
 */
const GENUINE = '67'.repeat(16);
const SYNTHETIC = '73'.repeat(16);

/** What is remembered under a second key that is published for the first time. */
export function publishedBy(isSynthetic: boolean): string {
  return isSynthetic ? SYNTHETIC : GENUINE;
}

/**
 * Judges by the second key, source, type and resource, a delivery whose webhook-id is new. G: genuine;
 * S: synthetic; each with a webhook-id of its own, all within one window; in brackets what is dropped.
 *
 * | Order  | `webhook-id` | `webhook-id+resource` | Why                                              |
 * | ------ | ------------ | --------------------- | ------------------------------------------------ |
 * | G G    | G G          | G (G)                 | Two ids are two events, unless told otherwise.   |
 * | G S    | G (S)        | G (S)                 | The event came; it need not be made up.          |
 * | S G    | S (G)        | S (G)                 | It was made up, and then it came late.           |
 * | S S    | S (S)        | S (S)                 | Made up twice.                                   |
 * | G S G  | G (S) G      | G (S) (G)             | What is dropped changes nothing for the others.  |
 * | G G S  | G G (S)      | G (G) (S)             | As G S.                                          |
 * | S G G  | S (G) (G)    | S (G) (G)             | The first one published decides for the window.  |
 * | S G S  | S (G) (S)    | S (G) (S)             | As S S.                                          |
 *
 * A delivery that is dropped here is remembered under its webhook-id all the same: its repeats are
 * repeats, and stay so when the window of the second key has passed. A conflict of ids is judged before
 * this, and remembered under no key: what it says of a resource is not known to be true.
 * @param seen kept digest of the second key, or undefined
 */
export function isResourceRepeat(
  seen: string | undefined,
  isSynthetic: boolean,
  key: DedupKey,
): boolean {
  if (seen === undefined) return false;
  return isSynthetic || key === 'webhook-id+resource' || SYNTHETIC.startsWith(seen);
}
