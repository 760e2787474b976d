import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { givePiece, PIECE_BYTES, takePiece } from './aligned-pieces.ts';

/**
 * A new file that grows. Whole pieces go past the page cache where the file system allows it: they cost a
 * tenth of the time, and there is little left to flush at the end. Flushing beside the writing is no way:
 * it made writes of ext4 four times as slow.
 */
export interface FileWriter {
  write(chunk: Buffer): Promise<void>;
  /** Writes and flushes the rest, and closes it. */
  finish(): Promise<void>;
  /** Closes and removes it; never rejects. */
  discard(): Promise<void>;
}

/** Pieces that are being written while the next one fills. */
const MOST_IN_FLIGHT = 2;
/** The file system opens a file for direct writes, but cannot do them, or wants pieces of another kind. */
const NOT_DIRECTLY = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP']);

/** @param direct opens the file once more for direct writes; null where that is not possible */
export async function createFileWriter(
  path: string,
  direct: typeof openDirect = openDirect,
): Promise<FileWriter> {
  const file = await open(path, 'wx');
  const pieces = createPieceWrites(file, () => direct(path));
  const inFlight: Promise<void>[] = [];
  let piece: Buffer | null = null;
  let filled = 0;
  let written = 0;

  const turn = async (full: Buffer): Promise<void> => {
    const writing = pieces.write(full, written).finally(() => givePiece(full));
    writing.catch(() => undefined);
    inFlight.push(writing);
    written += PIECE_BYTES;
    filled = 0;
    piece = null;
    if (inFlight.length > MOST_IN_FLIGHT) await inFlight.shift();
  };
  /** To be called when nothing is being written any more. */
  const close = async (): Promise<void> => {
    if (piece !== null) givePiece(piece);
    piece = null;
    await pieces.close();
    await file.close();
  };
  return {
    async write(chunk) {
      for (let at = 0; at < chunk.length; ) {
        piece ??= takePiece();
        const copied = chunk.copy(piece, filled, at);
        at += copied;
        filled += copied;
        if (filled === PIECE_BYTES) await turn(piece);
      }
    },
    async finish() {
      await Promise.all(inFlight);
      if (piece !== null) await writeAt(file, piece.subarray(0, filled), written);
      await file.sync();
      await close();
    },
    async discard() {
      await Promise.allSettled(inFlight);
      await close().catch(() => undefined);
      await rm(path, { force: true }).catch(() => undefined);
    },
  };
}

/** Writes pieces past the page cache for as long as that is possible, and through it then. */
function createPieceWrites(file: FileHandle, open: () => ReturnType<typeof openDirect>) {
  let opening: ReturnType<typeof openDirect> | null = null;
  return {
    async write(piece: Buffer, at: number): Promise<void> {
      opening ??= open();
      const direct = await opening;
      if (direct === null) return writeAt(file, piece, at);
      try {
        await writeAt(direct, piece, at);
      } catch (error) {
        if (!NOT_DIRECTLY.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
        await writeAt(file, piece, at);
      }
    },
    async close(): Promise<void> {
      await (await opening)?.close();
    },
  };
}

type Writable = Pick<FileHandle, 'write' | 'close'>;

/** Null: the system or the file system has no direct writes. */
async function openDirect(path: string): Promise<Writable | null> {
  const { O_DIRECT, O_WRONLY } = constants as Partial<typeof constants>;
  if (O_DIRECT === undefined || O_WRONLY === undefined) return null;
  return open(path, O_WRONLY | O_DIRECT).catch(() => null);
}

async function writeAt(file: Writable, bytes: Buffer, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  }
}
