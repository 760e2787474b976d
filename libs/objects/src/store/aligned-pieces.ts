/** Of each piece. */
export const PIECE_BYTES = 1024 * 1024;
const WASM_PAGE_BYTES = 64 * 1024;
/** Kept for the next file. */
const MOST_FREE = 8;
const free: Buffer[] = [];

/**
 * Memory that begins at a page, as direct writes want it (open(2), O_DIRECT). Buffers of Node begin
 * anywhere; the memory of WebAssembly does not. It is used again: a new piece has to be zeroed first.
 */
export function takePiece(): Buffer {
  const pages = PIECE_BYTES / WASM_PAGE_BYTES;
  return (
    free.pop() ?? Buffer.from(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer)
  );
}

/** Nobody may read or write it any more. */
export function givePiece(piece: Buffer): void {
  if (free.length < MOST_FREE) free.push(piece);
}
