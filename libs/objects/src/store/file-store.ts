import { hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { makeFolder, nullIfMissing, readText, syncFolder } from './durable-files.ts';
import { createFileWriter } from './file-writer.ts';
import { checkedKey } from './object-key.ts';
import type { ObjectAbout, ObjectStore } from './object-store.ts';
import { missing, stored } from './store-error.ts';

const PLAIN: ObjectAbout = { contentType: 'application/octet-stream', metadata: {} };

/**
 * Objects as files under a folder: `<root>/<key>`. What is kept beside an object lies in
 * `<root>/.about/<key>.json`, which is there before it is.
 *
 * @param options.instance its unfinished files lie in `<root>/.parts/<instance>`
 */
export function createFileStore(options: {
  readonly root: string;
  readonly instance: string;
}): ObjectStore {
  const root = resolve(options.root);
  const parts = join(root, '.parts', hash('sha256', options.instance).slice(0, 16));
  const pathOf = (key: string): string => join(root, checkedKey(key));
  const aboutOf = (key: string): string => join(root, '.about', `${checkedKey(key)}.json`);
  const newPart = async (): Promise<string> => {
    await mkdir(parts, { recursive: true });
    return join(parts, randomUUID());
  };
  const putAbout = async (key: string, about: ObjectAbout): Promise<void> => {
    const part = await newPart();
    await writeFile(part, JSON.stringify(about), { flush: true });
    await makeFolder(dirname(aboutOf(key)));
    await rename(part, aboutOf(key));
    await syncFolder(dirname(aboutOf(key)));
  };
  const sizeOf = (key: string): Promise<number | null> =>
    stat(pathOf(key)).then((found) => (found.isFile() ? found.size : null), nullIfMissing);

  return {
    uriOf: (key) => pathToFileURL(pathOf(key)).href,
    async writer(contentType) {
      const part = await stored(newPart);
      const file = await stored(() => createFileWriter(part));
      let isOver = false;
      return {
        write: (chunk) => stored(() => file.write(chunk)),
        commit: (key, metadata) =>
          stored(async () => {
            const path = pathOf(key);
            await file.finish();
            await putAbout(key, { contentType, metadata });
            await makeFolder(dirname(path));
            await rename(part, path);
            isOver = true;
            await syncFolder(dirname(path));
            return pathToFileURL(path).href;
          }),
        async abort() {
          if (isOver) return;
          isOver = true;
          await file.discard();
        },
      };
    },
    putNew: (key, bytes, about) =>
      stored(async () => {
        const path = pathOf(key);
        if ((await sizeOf(key)) !== null) return false;
        const part = await newPart();
        try {
          await writeFile(part, bytes, { flush: true });
          await putAbout(key, about);
          await makeFolder(dirname(path));
          // Unlike a rename, a link does not replace what another process has put there meanwhile.
          await link(part, path);
          await syncFolder(dirname(path));
          return true;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
          throw error;
        } finally {
          await rm(part, { force: true });
        }
      }),
    head: (key) =>
      stored(async () => {
        const sizeBytes = await sizeOf(key);
        if (sizeBytes === null) return null;
        const text = await readText(aboutOf(key));
        return { key, sizeBytes, ...(text === null ? PLAIN : (JSON.parse(text) as ObjectAbout)) };
      }),
    read: (key, range) =>
      stored(async () => {
        const file = await open(pathOf(key)).catch(nullIfMissing);
        if (file === null) throw missing(key);
        if (range !== undefined && range.end <= range.start) {
          await file.close();
          return Readable.from([]);
        }
        const part = range === undefined ? {} : { start: range.start, end: range.end - 1 };
        return createReadStream('', { fd: file, highWaterMark: 256 * 1024, ...part });
      }),
    async *list(prefix) {
      const folder = join(root, prefix.slice(0, prefix.lastIndexOf('/') + 1));
      const entries = await stored(() =>
        readdir(folder, { recursive: true, withFileTypes: true }).catch(nullIfMissing),
      );
      const keys = (entries ?? [])
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
        .filter((key) => key.startsWith(prefix) && !key.startsWith('.'));
      yield* keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    },
    remove: (key) =>
      stored(async () => {
        await unlink(pathOf(key)).catch(nullIfMissing);
        await unlink(aboutOf(key)).catch(nullIfMissing);
      }),
    clean: () => stored(() => rm(parts, { recursive: true, force: true })),
    close: async () => undefined,
  };
}
