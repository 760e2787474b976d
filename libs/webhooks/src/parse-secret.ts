import { createSecretKey, type KeyObject } from 'node:crypto';

const PREFIX = 'whsec_';
/** Standard Webhooks 1.0.0: 192 to 512 bits. */
const MIN_BYTES = 24;
const MAX_BYTES = 64;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export type ParsedSecret =
  | { readonly ok: true; readonly key: KeyObject }
  /** What is wrong, in words that hold nothing of the secret. */
  | { readonly ok: false; readonly fault: string };

/**
 * Reads a signing secret, `whsec_` and base64 of 24 to 64 bytes; missing padding is accepted. Says what
 * is wrong with the mistakes that are made in practice, and never repeats the text.
 */
export function parseSecret(text: string): ParsedSecret {
  const fault = (words: string): ParsedSecret => ({ ok: false, fault: words });
  if (/^v1a?,/.test(text))
    return fault('begins with a signature version; give only the part from whsec_ on');
  if (/^["'].*["']$/.test(text)) return fault('stands in quotes; leave them out');
  if (/\s/.test(text)) return fault('holds white space');
  if (!text.startsWith(PREFIX)) return fault('does not begin with whsec_');
  const encoded = text.slice(PREFIX.length);
  if (!BASE64.test(encoded)) return fault('is not base64 after whsec_');
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== encoded.replace(/=+$/, '')) {
    return fault('is not base64 after whsec_');
  }
  if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
    return fault(`has ${bytes.length} bytes, not ${MIN_BYTES} to ${MAX_BYTES}`);
  }
  return { ok: true, key: createSecretKey(bytes) };
}
