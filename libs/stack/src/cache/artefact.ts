import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Something that is fetched once into the cache folder: a folder of files with a manifest. */
export interface Artefact {
  /** Name of its folder; holds the version. */
  readonly name: string;
  /** Puts the files into an empty folder. */
  readonly fetch: (folder: string) => Promise<void>;
}

interface ManifestEntry {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

const MANIFEST = 'manifest.json';

/**
 * The folder of an artefact, fetched if it is not there or not whole: every file is checked against the
 * manifest. It is made under another name and renamed, so a fetch that was cut off, or two at the same
 * time, leave no half folder.
 *
 * @param onFetch is told why something is fetched
 */
export async function ensureArtefact(
  cache: string,
  artefact: Artefact,
  onFetch: (reason: 'missing' | 'corrupt') => void,
): Promise<string> {
  const folder = join(cache, artefact.name);
  const state = await inspect(folder);
  if (state === 'whole') return folder;
  onFetch(state);
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(join(cache, `${artefact.name}-fetch-`));
  try {
    await artefact.fetch(fresh);
    await writeFile(join(fresh, MANIFEST), JSON.stringify(await describe(fresh)));
    await replace(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}

async function inspect(folder: string): Promise<'whole' | 'missing' | 'corrupt'> {
  let manifest: readonly ManifestEntry[];
  try {
    manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as readonly ManifestEntry[];
  } catch {
    return (await stat(folder).catch(() => null)) === null ? 'missing' : 'corrupt';
  }
  const checks = manifest.map(async ({ file, bytes, sha256 }) => {
    const path = join(folder, file);
    const found = await stat(path).catch(() => null);
    return found?.size === bytes && (await hashOf(path)) === sha256;
  });
  return (await Promise.all(checks)).every(Boolean) ? 'whole' : 'corrupt';
}

async function describe(folder: string): Promise<ManifestEntry[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return Promise.all(
    files.sort().map(async (file) => {
      const path = join(folder, file);
      return { file, bytes: (await stat(path)).size, sha256: await hashOf(path) };
    }),
  );
}

async function hashOf(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), digest);
  return digest.digest('hex');
}

async function replace(fresh: string, folder: string): Promise<void> {
  const old = `${fresh}-old`;
  await rename(folder, old).catch(() => undefined);
  try {
    await rename(fresh, folder);
  } catch (error) {
    // Another start was faster; its folder is as good.
    if ((await inspect(folder)) !== 'whole') throw error;
  } finally {
    await rm(old, { recursive: true, force: true });
  }
}
