import { createHash, hash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { BridgeError } from '@gemini-events/events';

/** One output by the job and event that it belongs to. */
export interface OutputId {
  readonly source: string;
  readonly resourceId: string;
  readonly type: string;
}

export interface StoredOutput {
  readonly uri: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}

/**
 * Outputs as files: `<dir>/<2 hex>/<key>/output-<sha256>` beside `meta.json`. The bytes are written
 * under another name, flushed and renamed; the output counts as stored from the moment at which
 * `meta.json` is there, which is written last in the same manner. So a crash leaves no half output.
 */
export interface OutputStore {
  find(id: OutputId): Promise<StoredOutput | null>;
  /**
   * Stores a stream.
   * @throws BridgeError ERR_RESULT_LENGTH when it is shorter or longer than `length`
   */
  put(
    id: OutputId,
    content: { readonly body: Readable; readonly length: number | null; readonly contentType: string },
  ): Promise<StoredOutput>;
  /** Whether the result was announced; the mark is set by `markAnnounced`. */
  isAnnounced(id: OutputId): Promise<boolean>;
  markAnnounced(id: OutputId): Promise<void>;
}

export function createOutputStore(root: string, now: () => number): OutputStore {
  const folderOf = ({ source, resourceId, type }: OutputId): string => {
    // Ids come from outside: they are hashed, never used as a path.
    const key = hash('sha256', [source, resourceId, type].join('\0'));
    return join(resolve(root), key.slice(0, 2), key);
  };
  return {
    find: (id) => readJson<StoredOutput>(join(folderOf(id), 'meta.json')),
    async put(id, { body, length, contentType }) {
      const folder = folderOf(id);
      await mkdir(folder, { recursive: true });
      const part = join(folder, `part-${randomUUID()}`);
      try {
        const { sha256, sizeBytes } = await writeHashed(part, body);
        if (length !== null && sizeBytes !== length) {
          throw new BridgeError('ERR_RESULT_LENGTH', `got ${sizeBytes} bytes of ${length}`, {
            data: { sizeBytes, length },
          });
        }
        const path = join(folder, `output-${sha256}`);
        await rename(part, path);
        const stored = { uri: pathToFileURL(path).href, contentType, sizeBytes, sha256, storedAt: now() };
        await writeDurably(folder, 'meta.json', JSON.stringify({ ...id, ...stored }));
        return stored;
      } finally {
        await rm(part, { force: true });
      }
    },
    isAnnounced: async (id) => (await readJson(join(folderOf(id), 'announced.json'))) !== null,
    markAnnounced: (id) => writeDurably(folderOf(id), 'announced.json', JSON.stringify({ at: now() })),
  };
}

async function writeHashed(path: string, body: Readable): Promise<{ sha256: string; sizeBytes: number }> {
  const digest = createHash('sha256');
  let sizeBytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      digest.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  try {
    await pipeline(body, measure, createWriteStream(path, { flags: 'wx', flush: true }));
  } catch (cause) {
    throw new BridgeError('ERR_GEMINI_UNAVAILABLE', 'the download broke off', { cause });
  }
  return { sha256: digest.digest('hex'), sizeBytes };
}

async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  const part = join(folder, `part-${randomUUID()}`);
  await writeFile(part, text, { flush: true });
  await rename(part, join(folder, name));
  // The names in a folder are durable when the folder itself is flushed.
  const handle = await open(folder);
  await handle.sync();
  await handle.close();
}

async function readJson<Value>(path: string): Promise<Value | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Value;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
