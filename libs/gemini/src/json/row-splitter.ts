import { tooLarge } from '@gemini-events/http';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;

/** Takes the long arrays out of a JSON text while it comes in, so that it need not be held as a whole. */
export interface RowSplitter {
  /** @throws BridgeError ERR_HTTP_TOO_LARGE a row, or what is no row, is too long */
  push(chunk: Buffer): void;
  /**
   * The text without the rows, parsed.
   * @throws SyntaxError it is no JSON, or it is cut off
   */
  end(): unknown;
}

/**
 * @param options.arrayName elements of the first array that has any under this name, at any depth, are
 * rows; arrays of that name after it hold the same once more, and are passed over
 * @param options.onRow is given the JSON text of one element; a view of a buffer that may be used again
 */
export function createRowSplitter(options: {
  readonly arrayName: string;
  readonly maxRowBytes: number;
  readonly maxRestBytes: number;
  readonly onRow: (json: Buffer) => void;
}): RowSplitter {
  const { arrayName, maxRowBytes, maxRestBytes, onRow } = options;
  const name = Buffer.from(arrayName);
  const rest: Buffer[] = [];
  let restBytes = 0;
  /** Of the string that was read last, outside of rows; longer ones are not the name. */
  let text: number[] = [];
  let isInString = false;
  let isEscaped = false;
  /** Whether the scan is inside the array, and how deep within one of its rows. */
  let isInArray = false;
  let rowDepth = 0;
  let row: Buffer[] = [];
  let rowBytes = 0;
  let rowsOfArray = 0;
  let hasRows = false;

  const keep = (part: Buffer): void => {
    if (part.length === 0) return;
    restBytes += part.length;
    if (restBytes > maxRestBytes) throw tooLarge('an answer', maxRestBytes);
    rest.push(Buffer.from(part));
  };
  const addToRow = (part: Buffer): void => {
    rowBytes += part.length;
    if (rowBytes > maxRowBytes) throw tooLarge('one response', maxRowBytes);
    row.push(part);
  };
  const endRow = (): void => {
    rowsOfArray += 1;
    if (!hasRows) onRow(row.length === 1 ? (row[0] as Buffer) : Buffer.concat(row, rowBytes));
    row = [];
    rowBytes = 0;
  };
  const isName = (): boolean => text.length === name.length && name.equals(Buffer.from(text));

  return {
    push(chunk) {
      /** Where what is not handed on yet begins: in a row, or outside of the array. */
      let from = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] as number;
        if (isInString) {
          if (isEscaped) isEscaped = false;
          else if (byte === BACKSLASH) isEscaped = true;
          else if (byte === QUOTE) isInString = false;
          else if (!isInArray && text.length <= name.length) text.push(byte);
          continue;
        }
        if (!isInArray) {
          if (byte === QUOTE) {
            isInString = true;
            text = [];
          } else if (byte === OPEN_ARRAY && isName()) {
            keep(chunk.subarray(from, at + 1));
            isInArray = true;
            rowsOfArray = 0;
          } else if (byte === OPEN_OBJECT || byte === COMMA) text = [];
          continue;
        }
        const isOutside = rowDepth === 0;
        if (byte === QUOTE) isInString = true;
        else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
          if (isOutside) from = at;
          rowDepth += 1;
        } else if (byte === CLOSE_ARRAY && isOutside) {
          isInArray = false;
          hasRows ||= rowsOfArray > 0;
          from = at;
        } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
          rowDepth -= 1;
          if (rowDepth > 0) continue;
          addToRow(chunk.subarray(from, at + 1));
          endRow();
        }
      }
      if (!isInArray) keep(chunk.subarray(from));
      // The caller may use its chunk again.
      else if (rowDepth > 0) addToRow(Buffer.from(chunk.subarray(from)));
    },
    end: () => JSON.parse(Buffer.concat(rest, restBytes).toString()) as unknown,
  };
}
