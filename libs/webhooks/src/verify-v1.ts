import { type KeyObject, timingSafeEqual } from 'node:crypto';
import { createHmacSha256 } from './hmac-sha256.ts';
import { type SignedContent, signedPrefix } from './sign.ts';

/** How many entries of `webhook-signature` are looked at; a rotation needs two or three. */
const MAX_CANDIDATES = 16;
const VERSION = 'v1,';
/** Base64 of 32 bytes, in its one canonical spelling: equal texts are equal digests. */
const DIGEST = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/**
 * Checks `v1` signatures with any number of overlapping keys: one HMAC per key, compared in constant
 * time with each candidate. Entries of other versions are left aside; too many entries are not looked
 * at. Headers must have passed `checkHeaders`.
 */
export function createV1Verifier(
  keys: readonly KeyObject[],
): (content: SignedContent, signatureHeader: string) => boolean {
  const hmacs = keys.map(createHmacSha256);
  return (content, signatureHeader) => {
    const candidates = readCandidates(signatureHeader);
    if (candidates.length === 0) return false;
    const prefix = signedPrefix(content);
    let genuine = false;
    for (const hmac of hmacs) {
      const digest = Buffer.from(hmac(prefix, content.rawBody), 'latin1');
      for (const candidate of candidates) {
        if (timingSafeEqual(digest, candidate)) genuine = true;
      }
    }
    return genuine;
  };
}

function readCandidates(header: string): readonly Buffer[] {
  const candidates: Buffer[] = [];
  for (const entry of header.split(' ', MAX_CANDIDATES)) {
    if (!entry.startsWith(VERSION)) continue;
    const encoded = entry.slice(VERSION.length);
    if (DIGEST.test(encoded)) candidates.push(Buffer.from(encoded, 'latin1'));
  }
  return candidates;
}
