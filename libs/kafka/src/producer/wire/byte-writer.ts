const FIRST_BYTES = 64 * 1024;

/** Writes protocol primitives into a buffer that grows and is used again. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;

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

  bytes(value: Uint8Array): void {
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }

  /** A varint length and the UTF-8 bytes. */
  varintText(value: string): void {
    const length = Buffer.byteLength(value);
    this.varint(length);
    // One byte for each character means ASCII, for which latin1 is the same and faster.
    this.#at += this.#buffer.write(value, this.#at, length === value.length ? 'latin1' : 'utf8');
  }
}
