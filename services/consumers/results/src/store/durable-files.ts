import { createHash } from 'node:crypto';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { BridgeError } from '@gemini-events/events';

/** Runs a call of the file system; its failure gets the code ERR_RESULT_STORE. */
export async function stored<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BridgeError('ERR_RESULT_STORE', `the object store failed: ${why}`, { cause });
  }
}

/**
 * Writes a stream to a new file and flushes it, one chunk at a time.
 * @throws BridgeError ERR_GEMINI_UNAVAILABLE the stream broke off; ERR_RESULT_STORE
 */
export async function writeHashed(
  path: string,
  body: Readable,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const digest = createHash('sha256');
  let sizeBytes = 0;
  const file = await stored(() => open(path, 'wx'));
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      digest.update(chunk);
      sizeBytes += chunk.length;
      await stored(() => file.appendFile(chunk));
    }
    await stored(() => file.sync());
  } catch (cause) {
    if (cause instanceof BridgeError) throw cause;
    throw new BridgeError('ERR_GEMINI_UNAVAILABLE', 'the download broke off', { cause });
  } finally {
    await file.close();
  }
  return { sha256: digest.digest('hex'), sizeBytes };
}

/** Puts a small file in place as a whole or not at all. `part` is a name beside it or on its disk. */
export async function writeWhole(part: string, path: string, text: string): Promise<void> {
  await writeFile(part, text, { flush: true });
  await rename(part, path);
}

/** Makes the names in a folder durable; flushing a file does not. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Null where there is no such file. */
export async function readJson<Value>(path: string): Promise<Value | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Value;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
