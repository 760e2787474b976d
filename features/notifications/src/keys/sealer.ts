import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { BridgeError } from '@gemini-events/events';

const CIPHER = 'aes-256-gcm';
const ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Keeps secrets in a database that alone cannot give them away. */
export interface Sealer {
  /** @param about what it belongs to: it opens for nothing else */
  seal(text: string, about: string): Buffer;
  /** @throws BridgeError ERR_NOTIFIER_KEY no key opens it */
  open(sealed: Uint8Array, about: string): string;
}

/**
 * AES-256-GCM. What is sealed names its key, so that keys can be changed: the first one seals, all open.
 * @param keys 32 bytes each, the newest first
 */
export function createSealer(keys: readonly Buffer[]): Sealer {
  const derived = keys.map((key) => deriveKey(key, 'seal'));
  const byId = new Map(derived.map((key) => [idOf(key), key]));
  const [newest] = derived;
  if (newest === undefined) throw new TypeError('no key to seal with');
  return {
    seal(text, about) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, newest, nonce).setAAD(Buffer.from(about));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from(idOf(newest), 'hex'), nonce, cipher.getAuthTag(), sealed]);
    },
    open(bytes, about) {
      const sealed = Buffer.from(bytes);
      const key = byId.get(sealed.toString('hex', 0, ID_BYTES));
      if (key === undefined) throw unopened();
      const nonceEnd = ID_BYTES + NONCE_BYTES;
      const tagEnd = nonceEnd + TAG_BYTES;
      try {
        const decipher = createDecipheriv(CIPHER, key, sealed.subarray(ID_BYTES, nonceEnd))
          .setAAD(Buffer.from(about))
          .setAuthTag(sealed.subarray(nonceEnd, tagEnd));
        return Buffer.concat([
          decipher.update(sealed.subarray(tagEnd)),
          decipher.final(),
        ]).toString();
      } catch (cause) {
        throw unopened(cause);
      }
    },
  };
}

/** A key for one purpose (HKDF, RFC 5869), so that no two purposes share one. */
export function deriveKey(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `gemini-events notifier ${purpose}`, 32));
}

function idOf(key: Buffer): string {
  return createHash('sha256')
    .update(key)
    .digest('hex')
    .slice(0, 2 * ID_BYTES);
}

function unopened(cause?: unknown): BridgeError {
  const message = 'a secret cannot be opened with NOTIFIER_KEYS';
  return new BridgeError('ERR_NOTIFIER_KEY', message, cause === undefined ? {} : { cause });
}
