import type { OnReadOpts, Socket } from 'node:net';

/** What a socket reads at once, at most. */
const SLAB_BYTES = 256 * 1024;
/** A slab with less room than that is full. */
const LEAST_ROOM_BYTES = 64 * 1024;
/** A shorter read is copied, so that few bytes do not hold the whole of a slab. */
const LEAST_KEPT_BYTES = 4 * 1024;
/** Slabs that are kept for later. */
const MOST_FREE = 8;

interface Slab {
  /** Where the last read ended. */
  end: number;
  /** Nothing more is read into it. */
  isFull: boolean;
  /** Bytes that its socket had sent when it was first read into. */
  readonly sent: number;
  /** The end of one answer and the beginning of the next, which have two readers. */
  isShared: boolean;
}

const free: ArrayBuffer[] = [];
const slabs = new WeakMap<ArrayBufferLike, Slab>();
/** Last ones of their slab: once more they would be taken for those of another time that end there too. */
const givenBack = new WeakSet<Buffer>();
/** Where the socket whose read is looked at goes on. */
let next: Buffer | null = null;

/**
 * For sockets by which much comes: they read into slabs that are used again once all of it was given back.
 * Else each read gets a buffer of its own, which costs three times as much as the reading, and stays until
 * the next garbage collection (nodejs.org/api/net.html, `onread`).
 */
export const receiveBuffers: OnReadOpts = {
  // Called when a socket is made, and right after each of its reads was looked at.
  buffer: () => {
    const room = next ?? takeSlab();
    next = null;
    return room;
  },
  callback(this: Socket, bytes: number, room: Buffer): boolean {
    const isKept = bytes >= LEAST_KEPT_BYTES;
    const read = room.subarray(0, bytes);
    const isFull = isKept && noteRead(read, this.bytesWritten).isFull;
    const mayGoOn = this.push(isKept ? read : Buffer.from(read));
    // Not before `push`: a socket that is opened by who looks at the bytes asks for a buffer too.
    if (isFull) next = takeSlab();
    else next = isKept ? room.subarray(bytes) : room;
    return mayGoOn;
  },
};

/**
 * Says that nobody looks at these bytes any more, nor at what its socket read before them. Nothing has to
 * be given back, and bytes from elsewhere may be.
 */
export function giveBack(chunk: Buffer): void {
  const { buffer, byteOffset, length } = chunk;
  const slab = slabs.get(buffer);
  // A socket's bytes are looked at in their order: who has the last one of a slab had all of it.
  if (slab === undefined || !slab.isFull || slab.end !== byteOffset + length) return;
  if (slab.isShared || givenBack.has(chunk)) return;
  givenBack.add(chunk);
  slabs.delete(buffer);
  if (free.length < MOST_FREE) free.push(buffer as ArrayBuffer);
}

function noteRead({ buffer, byteOffset, length }: Buffer, sent: number): Slab {
  const slab = slabs.get(buffer) ?? { end: 0, isFull: false, sent, isShared: false };
  slab.end = byteOffset + length;
  slab.isFull = buffer.byteLength - slab.end < LEAST_ROOM_BYTES;
  // Something was sent in between, so this may be another answer. The reader of the one before may be
  // slower, and is not asked: such a slab is never used again.
  if (slab.sent !== sent) slab.isShared = true;
  slabs.set(buffer, slab);
  return slab;
}

function takeSlab(): Buffer {
  const slab = free.pop();
  return slab === undefined ? Buffer.allocUnsafeSlow(SLAB_BYTES) : Buffer.from(slab);
}
