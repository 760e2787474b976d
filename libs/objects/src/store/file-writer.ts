import { type FileHandle, open, rm } from 'node:fs/promises';

/** Written in pieces of this size. */
const PIECE_BYTES = 1024 * 1024;

/**
 * A new file that grows. It is flushed once, at its end: flushing beside the writing made the writes of
 * ext4 four times as slow.
 */
export interface FileWriter {
  write(chunk: Buffer): Promise<void>;
  /** Writes and flushes the rest, and closes it. */
  finish(): Promise<void>;
  /** Closes and removes it; never rejects. */
  discard(): Promise<void>;
}

export async function createFileWriter(path: string): Promise<FileWriter> {
  const file: FileHandle = await open(path, 'wx');
  // One piece fills while the other one is written.
  let piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let spare = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let filled = 0;
  let writing: Promise<void> = Promise.resolve();

  const writeAll = async (bytes: Buffer): Promise<void> => {
    for (let at = 0; at < bytes.length; ) {
      at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
    }
  };
  const turn = async (): Promise<void> => {
    await writing;
    writing = writeAll(piece);
    writing.catch(() => undefined);
    [piece, spare] = [spare, piece];
    filled = 0;
  };
  return {
    async write(chunk) {
      for (let at = 0; at < chunk.length; ) {
        const copied = chunk.copy(piece, filled, at);
        at += copied;
        filled += copied;
        if (filled === PIECE_BYTES) await turn();
      }
    },
    async finish() {
      await writing;
      await writeAll(piece.subarray(0, filled));
      await file.sync();
      await file.close();
    },
    async discard() {
      await writing.catch(() => undefined);
      await file.close().catch(() => undefined);
      await rm(path, { force: true }).catch(() => undefined);
    },
  };
}
