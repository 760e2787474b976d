import { type KeyObject, verify } from 'node:crypto';
import type { SignedContent } from './sign.ts';

/** How many `v1a` entries of `webhook-signature` are looked at: each costs a check per key. */
const MAX_CANDIDATES = 4;
const VERSION = 'v1a,';
/** Base64 of 64 bytes, in its one canonical spelling. */
const SIGNATURE = /^[A-Za-z0-9+/]{85}[AQgw]==$/;

/**
 * Checks `v1a` signatures, Ed25519 over `id.timestamp.body`. Nothing in a delivery says which key
 * signed it (googleapis/python-genai #2927), so all are tried. Headers must have passed `checkHeaders`.
 * @returns the key that signed it, or null
 */
export function verifyV1a(
  keys: readonly KeyObject[],
  content: SignedContent,
  signatureHeader: string,
): KeyObject | null {
  const candidates = readCandidates(signatureHeader);
  if (candidates.length === 0) return null;
  const head = Buffer.from(`${content.webhookId}.${content.timestamp}.`);
  const signed = Buffer.concat([head, content.rawBody]);
  for (const key of keys) {
    for (const candidate of candidates) {
      if (verify(null, signed, key, candidate)) return key;
    }
  }
  return null;
}

/** Whether a header holds an entry that could be a `v1a` signature; nothing is computed. */
export function mayBeV1a(signatureHeader: string): boolean {
  return readCandidates(signatureHeader).length > 0;
}

function readCandidates(header: string): readonly Buffer[] {
  const candidates: Buffer[] = [];
  for (const entry of header.split(' ', 16)) {
    if (!entry.startsWith(VERSION)) continue;
    const encoded = entry.slice(VERSION.length);
    if (SIGNATURE.test(encoded)) candidates.push(Buffer.from(encoded, 'base64'));
    if (candidates.length === MAX_CANDIDATES) break;
  }
  return candidates;
}
