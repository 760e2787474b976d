/** A key of the right form, from a few characters. */
export function keyOf(text: string): string {
  return text.padEnd(16, '.');
}

/** A body digest of the right form, from at most 8 characters. */
export function digestOf(text: string): string {
  return Buffer.from(text).toString('hex').padEnd(16, '0');
}

/** What a store of the tests is told of, where it is told of common digests. */
export const COMMON_DIGESTS = ['common', 'also'].map(digestOf);
/** Others, of which each of the first two has half of a common one. */
export const OTHER_DIGESTS = ['comma', '....on', 'other'].map(digestOf);

export const PACKED_BYTES = 40;

/** An entry as the changelog holds it; of its digest only the first 8 bytes are to be kept. */
export function packedEntry(key: string, bodyDigest: string, firstSeenMs: number): Buffer {
  const bytes = Buffer.alloc(PACKED_BYTES, 0xee);
  bytes.write(key, 0, 16, 'latin1');
  bytes.write(bodyDigest, 16, 8, 'hex');
  bytes.writeBigInt64BE(BigInt(firstSeenMs), 32);
  return bytes;
}
