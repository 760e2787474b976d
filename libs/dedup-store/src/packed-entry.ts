/**
 * An entry as the store keeps it: seven 32-bit words, or those before the digest alone. Signed ones,
 * because V8 handles those as plain integers, while half of all unsigned ones would be floating-point
 * numbers.
 */
export const ENTRY_WORDS = 7;

/** Where in an entry its time is, after the key: milliseconds since its segment began, unsigned. */
export const TIME = 4;
/** Where in an entry its body digest begins: last, so that it can be left out. */
export const DIGEST = 5;

/** Six times as fast as numbers that are written in base 16 and padded. */
const digestBytes = Buffer.alloc(8);

const KEY_CHARACTERS = 16;
const DIGEST_FORM = /^[0-9a-f]{16}$/;

/** @throws RangeError where two different keys could become the same words */
export function packKey(key: string, into: Int32Array): void {
  let seenBits = 0;
  for (let at = 0, word = 0; at < KEY_CHARACTERS; at += 4, word += 1) {
    const first = key.charCodeAt(at);
    const second = key.charCodeAt(at + 1);
    const third = key.charCodeAt(at + 2);
    const fourth = key.charCodeAt(at + 3);
    seenBits |= first | second | third | fourth;
    into[word] = (first << 24) | (second << 16) | (third << 8) | fourth;
  }
  if (key.length !== KEY_CHARACTERS || seenBits > 0xff) {
    throw new RangeError('a key has to be 16 latin1 characters');
  }
}

/** @throws RangeError where the digest would not come back as it was given */
export function packDigest(bodyDigest: string, into: Int32Array): void {
  if (!DIGEST_FORM.test(bodyDigest)) {
    throw new RangeError('a body digest has to be 16 lower-case hex characters');
  }
  into[DIGEST] = Number.parseInt(bodyDigest.slice(0, 8), 16);
  into[DIGEST + 1] = Number.parseInt(bodyDigest.slice(8), 16);
}

/** The digest of the entry that begins at word `at`. */
export function unpackDigest(words: Int32Array, at: number): string {
  digestBytes.writeInt32BE(words[at + DIGEST]!, 0);
  digestBytes.writeInt32BE(words[at + DIGEST + 1]!, 4);
  return digestBytes.toString('hex');
}

/**
 * Takes key and digest from the bytes of the changelog: key hash (16), body digest (16, of which the
 * first 8 are kept), first-seen time (8, big-endian).
 *
 * @returns the first-seen time
 * @throws RangeError where the bytes end before the entry does
 */
export function packBytes(bytes: Buffer, at: number, into: Int32Array): number {
  const firstSeenMs = bytes.readInt32BE(at + 32) * 2 ** 32 + bytes.readUInt32BE(at + 36);
  for (let word = 0; word < TIME; word += 1) into[word] = bytes.readInt32BE(at + word * 4);
  into[DIGEST] = bytes.readInt32BE(at + 16);
  into[DIGEST + 1] = bytes.readInt32BE(at + 20);
  return firstSeenMs;
}
