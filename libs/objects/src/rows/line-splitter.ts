const NEWLINE = 0x0a;

/** Lines that stand one after the other, or one that is too long. */
export interface Lines {
  /**
   * A view that is only good during the call; the last one's end is left out. Of a line that is too long:
   * its first bytes.
   */
  readonly bytes: Buffer;
  /** Where the first one begins in the file. */
  readonly offset: number;
  readonly length: number;
  /** It is one line, longer than what is looked into. */
  readonly isCut: boolean;
}

export interface LineSplitter {
  push(chunk: Buffer): void;
  /** The last line may have no end. */
  end(): void;
}

/** What is kept of a line that is too long: enough for its key. */
const KEPT_OF_LONG = 4_096;

/**
 * Gives the whole lines of a file while it comes in: those of a chunk together, and one that came with
 * several chunks by itself. Memory is bounded by the longest line that is looked into.
 */
export function createLineSplitter(
  maxLineBytes: number,
  onLines: (lines: Lines) => void,
): LineSplitter {
  // One buffer, used again: a chunk is rarely whole lines.
  let carried = Buffer.alloc(0);
  let carriedBytes = 0;
  let length = 0;
  let offset = 0;
  let isCut = false;

  const carry = (part: Buffer): void => {
    length += part.length;
    if (isCut) return;
    isCut = length > maxLineBytes;
    const wanted = isCut ? Math.min(length, KEPT_OF_LONG) : length;
    if (carried.length < wanted) {
      const larger = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * carried.length));
      carried.copy(larger, 0, 0, carriedBytes);
      carried = larger;
    }
    // The caller may use its chunk again.
    if (carriedBytes < wanted) part.copy(carried, carriedBytes, 0, wanted - carriedBytes);
    carriedBytes = wanted;
  };
  const giveCarried = (): void => {
    onLines({ bytes: carried.subarray(0, carriedBytes), offset, length, isCut });
    offset += length + 1;
    carriedBytes = 0;
    length = 0;
    isCut = false;
  };
  const give = (bytes: Buffer): void => {
    onLines({ bytes, offset, length: bytes.length, isCut: false });
    offset += bytes.length + 1;
  };

  return {
    push(chunk) {
      let from = 0;
      // One by one: the line that began before, and all lines of a chunk in which one may be too long.
      const isOneByOne = (): boolean => length > 0 || chunk.length > maxLineBytes;
      for (let at = 0; isOneByOne(); from = at + 1) {
        at = chunk.indexOf(NEWLINE, from);
        if (at === -1) break;
        carry(chunk.subarray(from, at));
        giveCarried();
      }
      const last = chunk.lastIndexOf(NEWLINE);
      if (last >= from) {
        give(chunk.subarray(from, last));
        from = last + 1;
      }
      if (from < chunk.length) carry(chunk.subarray(from));
    },
    end() {
      if (length > 0) giveCarried();
    },
  };
}
