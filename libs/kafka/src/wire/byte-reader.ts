/** Reads protocol primitives from bytes, one behind the other. */
export class ByteReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Zigzag varint of a 32-bit number, as record fields have it. */
  varint(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] ?? 0;
    // Nearly all are lengths and deltas of one byte.
    if (byte < 128) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[this.at++] ?? 0;
      value |= (byte & 127) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  /** Zigzag varint of a number of up to 53 bits: times differ by more than 32 bits hold. */
  varlong(): number {
    const { bytes } = this;
    let value = 0;
    let factor = 1;
    for (let byte = 128; byte > 127; factor *= 128) {
      byte = bytes[this.at++] ?? 0;
      value += (byte & 127) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Bytes behind a varint length; null where the length is -1. */
  nullableBytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** Passes over bytes behind a varint length. */
  skipBytes(): void {
    const length = this.varint();
    if (length > 0) this.at += length;
  }
}
