const FIRST_BYTES = 64 * 1024;
const MAX_ONE_BYTE_VARINT = 63;

/** Writes protocol primitives into a buffer that grows and is used again. */
export class ByteWriter {
  /** At most, in UTF-8, of a string's `length`: how much to reserve. */
  static readonly BYTES_PER_CHARACTER = 3;

  #buffer: Buffer;
  #at = 0;

  constructor(firstBytes = FIRST_BYTES) {
    this.#buffer = Buffer.allocUnsafe(firstBytes);
  }

  get length(): number {
    return this.#at;
  }

  reset(): void {
    this.#at = 0;
  }

  /** What was written, valid until the next write. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  /** Makes room; every other method writes without looking. */
  reserve(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }

  int8(value: number): void {
    this.#buffer[this.#at++] = value;
  }

  int16(value: number): void {
    this.#at = this.#buffer.writeInt16BE(value, this.#at);
  }

  int32(value: number): void {
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
  }

  int64(value: bigint): void {
    this.#at = this.#buffer.writeBigInt64BE(value, this.#at);
  }

  /** Overwrites an int32 that was written before. */
  patchInt32(value: number, at: number): void {
    this.#buffer.writeInt32BE(value | 0, at);
  }

  /** Unsigned varint (KIP-482). */
  uvarint(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.#buffer[this.#at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#buffer[this.#at++] = rest;
  }

  /** Zigzag varint of a 32-bit number, as record fields have it. */
  varint(value: number): void {
    this.uvarint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** Zigzag varint of a number of up to 53 bits. */
  varlong(value: number): void {
    let rest = value < 0 ? -value * 2 - 1 : value * 2;
    for (; rest > 127; rest = Math.floor(rest / 128)) {
      this.#buffer[this.#at++] = (rest % 128) | 128;
    }
    this.#buffer[this.#at++] = rest;
  }

  bytes(value: Uint8Array): void {
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }

  /** Part of some bytes, without a view of them. */
  part(from: Buffer, start: number, end: number): void {
    this.#at += from.copy(this.#buffer, this.#at, start, end);
  }

  /** A varint length and the bytes. */
  varintBytes(value: Uint8Array): void {
    this.varint(value.length);
    this.bytes(value);
  }

  /** The same, or the length -1. */
  varintNullable(value: Uint8Array | null): void {
    if (value === null) this.varint(-1);
    else this.varintBytes(value);
  }

  /** A varint length and the UTF-8 bytes. */
  varintText(value: string): void {
    if (this.#shortAscii(value)) return;
    const length = Buffer.byteLength(value);
    this.varint(length);
    // One byte for each character means ASCII, for which latin1 is the same and faster.
    this.#at += this.#buffer.write(value, this.#at, length === value.length ? 'latin1' : 'utf8');
  }

  /** Most texts are short and ASCII: a native call for each would cost more than its characters. */
  #shortAscii(value: string): boolean {
    const { length } = value;
    if (length > MAX_ONE_BYTE_VARINT) return false;
    const buffer = this.#buffer;
    let at = this.#at;
    buffer[at++] = length << 1;
    for (let i = 0; i < length; i += 1) {
      const code = value.charCodeAt(i);
      if (code > 127) return false;
      buffer[at++] = code;
    }
    this.#at = at;
    return true;
  }
}
