import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes the names in a folder durable; flushing a file does not. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder with all above it, durably: each folder that is new has its name flushed. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) {
    await syncFolder(dirname(folder));
  }
}

/** Null where there is no such file. */
export async function readText(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(nullIfMissing);
}

/** For `catch`: null where the error says that there is nothing. */
export function nullIfMissing(error: unknown): null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return null;
  throw error;
}
