import { hash, type KeyObject } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER = 0x36;
const OUTER = 0x5c;
const FIRST_BYTES = 4_096;
/** At most, in UTF-8, of a string's `length`. */
const BYTES_PER_CHARACTER = 3;

/**
 * HMAC-SHA256 with one key as two plain hashes (RFC 2104). `createHmac` makes an object for each use
 * that the garbage collector must finalize, which costs as much as the hash (`docs/benchmarks.md`).
 * @returns a function that gives the base64 (44 characters) of the HMAC over `prefix` and `body`
 */
export function createHmacSha256(key: KeyObject): (prefix: string, body: Uint8Array) => string {
  const exported = key.export();
  const secret = exported.length > BLOCK_BYTES ? hash('sha256', exported, 'buffer') : exported;
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, OUTER);
  let inner = Buffer.alloc(FIRST_BYTES, INNER);
  for (const [at, byte] of secret.entries()) {
    inner[at] = byte ^ INNER;
    outer[at] = byte ^ OUTER;
  }
  return (prefix, body) => {
    const needed = BLOCK_BYTES + prefix.length * BYTES_PER_CHARACTER + body.length;
    if (needed > inner.length) {
      const larger = Buffer.alloc(needed);
      inner.copy(larger, 0, 0, BLOCK_BYTES);
      inner = larger;
    }
    const bodyAt = BLOCK_BYTES + inner.write(prefix, BLOCK_BYTES);
    inner.set(body, bodyAt);
    const digest = hash('sha256', inner.subarray(0, bodyAt + body.length), 'binary');
    outer.write(digest, BLOCK_BYTES, 'latin1');
    return hash('sha256', outer, 'base64');
  };
}
