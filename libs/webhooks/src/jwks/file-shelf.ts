import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JwksShelf } from './jwks-cache.ts';

/** A shelf in a file that only this user can read or write: whoever writes it decides who is genuine. */
export function createFileShelf(path: string): JwksShelf {
  return {
    load: async () => JSON.parse(await readFile(path, 'utf8')) as unknown,
    async save(document) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const temporary = `${path}.${process.pid}`;
      await writeFile(temporary, JSON.stringify(document), { mode: 0o600 });
      await rename(temporary, path);
    },
  };
}
