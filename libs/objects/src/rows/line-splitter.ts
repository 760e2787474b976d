const NEWLINE = 0x0a;

/** One line, without its end. */
export interface Line {
  /** A view that is only good during the call. Of a line that is too long: its first bytes. */
  readonly bytes: Buffer;
  /** Where it begins in the file. */
  readonly offset: number;
  readonly length: number;
  /** It is longer than what is looked into. */
  readonly isCut: boolean;
}

export interface LineSplitter {
  push(chunk: Buffer): void;
  /** The last line may have no end. */
  end(): void;
}

/** What is kept of a line that is too long: enough for its key. */
const KEPT_OF_LONG = 4_096;

/** Splits a file into lines while it comes in. Memory is bounded by the longest line that is looked into. */
export function createLineSplitter(
  maxLineBytes: number,
  onLine: (line: Line) => void,
): LineSplitter {
  let carried: Buffer[] = [];
  let carriedBytes = 0;
  let length = 0;
  let offset = 0;
  let isCut = false;

  const carry = (part: Buffer): void => {
    length += part.length;
    if (length > maxLineBytes && !isCut) {
      isCut = true;
      const kept = Buffer.concat([...carried, part], Math.min(length, KEPT_OF_LONG));
      carried = [kept];
      carriedBytes = kept.length;
    }
    if (isCut || part.length === 0) return;
    // The caller may use its chunk again.
    carried.push(Buffer.from(part));
    carriedBytes += part.length;
  };
  const give = (): void => {
    onLine({ bytes: Buffer.concat(carried, carriedBytes), offset, length, isCut });
    offset += length + 1;
    carried = [];
    carriedBytes = 0;
    length = 0;
    isCut = false;
  };

  return {
    push(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
        if (length === 0 && at - from <= maxLineBytes) {
          // Nothing is carried: the line is a part of the chunk.
          onLine({ bytes: chunk.subarray(from, at), offset, length: at - from, isCut: false });
          offset += at - from + 1;
        } else {
          carry(chunk.subarray(from, at));
          give();
        }
        from = at + 1;
      }
      if (from < chunk.length) carry(chunk.subarray(from));
    },
    end() {
      if (length > 0) give();
    },
  };
}
