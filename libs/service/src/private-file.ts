import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One JSON document that a process keeps over its restarts. */
export interface PrivateFile {
  /** @throws Error where there is none, or where it is no JSON */
  load(): Promise<unknown>;
  /** Replaces it as a whole: a reader never sees half of it. */
  save(document: unknown): Promise<void>;
}

/** A document in a file that only this user can read or write: whoever writes it is believed. */
export function createPrivateFile(path: string): PrivateFile {
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
