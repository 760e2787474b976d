/** 32-bit words with a memory of their own. */
export type Words = Int32Array<ArrayBuffer>;

/**
 * Gives the memory of words back at once; they are empty afterwards. The garbage collector would let
 * some tens of megabytes come together first, because it counts the small objects and hardly what
 * they stand for.
 */
export function release(words: Words): void {
  words.buffer.transfer(0);
}
