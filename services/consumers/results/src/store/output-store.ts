import { hash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { BridgeError } from '@gemini-events/events';
import { readJson, stored, syncFolder, writeHashed, writeWhole } from './durable-files.ts';

/** One output by the job and the kind of event that it belongs to. */
interface OutputId {
  readonly source: string;
  /** Resource name of the job. */
  readonly job: string;
  readonly type: string;
}

export interface StoredOutput {
  /** webhook-id of the event that led to it. */
  readonly eventId: string;
  readonly uri: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}

/** What is to be stored. */
interface Content {
  readonly body: Readable;
  /** Announced length; null where it was not. */
  readonly length: number | null;
  readonly contentType: string;
}

/**
 * Outputs as files: `<root>/<2 hex>/<key>/output-<sha256>` beside `meta.json`, key = SHA-256 of the id.
 * An output counts as stored from the moment at which `meta.json` is there, which is written last.
 * All methods throw ERR_RESULT_STORE when the disk fails.
 */
export interface OutputStore {
  find(id: OutputId): Promise<StoredOutput | null>;
  /**
   * Stores a stream, in constant memory; consumes or destroys it in any case. What is read before its
   * end was seen, its length fits and its bytes are flushed, is not visible under the key.
   * @throws BridgeError ERR_RESULT_LENGTH when it is shorter or longer than `length`;
   * ERR_GEMINI_UNAVAILABLE when it breaks off
   */
  put(id: OutputId, eventId: string, content: Content): Promise<StoredOutput>;
  isAnnounced(id: OutputId): Promise<boolean>;
  markAnnounced(id: OutputId): Promise<void>;
}

/**
 * @param options.instance its unfinished files lie in `<root>/.parts/<instance>`; what a former life
 * of it left there is removed at the first write
 */
export function createOutputStore(options: {
  readonly root: string;
  readonly instance: string;
  readonly now: () => number;
}): OutputStore {
  const { now } = options;
  const root = resolve(options.root);
  // A dot is allowed in an instance id, so it is hashed like every foreign name here.
  const parts = join(root, '.parts', hash('sha256', options.instance).slice(0, 16));
  const folderOf = ({ source, job, type }: OutputId): string => {
    const key = hash('sha256', JSON.stringify([source, job, type]));
    return join(root, key.slice(0, 2), key);
  };

  let preparing: Promise<void> | undefined;
  const prepare = (): Promise<void> => {
    preparing ??= rm(parts, { recursive: true, force: true })
      .then(() => mkdir(parts, { recursive: true }))
      .then(() => undefined);
    preparing.catch(() => {
      preparing = undefined;
    });
    return preparing;
  };

  const writeMark = async (id: OutputId, name: string, content: object): Promise<void> => {
    await prepare();
    const folder = folderOf(id);
    await writeWhole(join(parts, randomUUID()), join(folder, name), JSON.stringify(content));
    await syncFolder(folder);
  };

  return {
    find: (id) => stored(() => readJson<StoredOutput>(join(folderOf(id), 'meta.json'))),
    async put(id, eventId, { body, length, contentType }) {
      const part = join(parts, randomUUID());
      try {
        await stored(prepare);
        const { sha256, sizeBytes } = await writeHashed(part, body);
        if (length !== null && sizeBytes !== length) {
          const message = `got ${sizeBytes} bytes of ${length}`;
          throw new BridgeError('ERR_RESULT_LENGTH', message, { data: { sizeBytes, length } });
        }
        const folder = folderOf(id);
        const path = join(folder, `output-${sha256}`);
        const uri = pathToFileURL(path).href;
        const output = { eventId, uri, contentType, sizeBytes, sha256, storedAt: now() };
        await stored(async () => {
          await mkdir(folder, { recursive: true });
          await rename(part, path);
          await syncFolder(folder);
          await writeMark(id, 'meta.json', { ...id, ...output });
          // The folders themselves may be new.
          await syncFolder(dirname(folder));
          await syncFolder(root);
        });
        return output;
      } finally {
        body.destroy();
        await rm(part, { force: true }).catch(() => undefined);
      }
    },
    isAnnounced: (id) =>
      stored(async () => (await readJson(join(folderOf(id), 'announced.json'))) !== null),
    markAnnounced: (id) => stored(() => writeMark(id, 'announced.json', { announcedAt: now() })),
  };
}
