import { DIGEST, ENTRY_WORDS, packDigest } from './packed-entry.ts';

/** A body digest that many entries have: it is kept once, not with each of them. */
export interface CommonDigest {
  readonly text: string;
  readonly words: readonly [number, number];
}

/** @throws RangeError where `text` is no body digest */
export function commonDigest(text: string): CommonDigest {
  const packed = new Int32Array(ENTRY_WORDS);
  packDigest(text, packed);
  return { text, words: [packed[DIGEST]!, packed[DIGEST + 1]!] };
}

export function isDigestOf({ words }: CommonDigest, packed: Int32Array): boolean {
  return words[0] === packed[DIGEST] && words[1] === packed[DIGEST + 1];
}
