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
/** More than starts at the same time that anybody has. */
const REPLACE_TRIES = 20;
/** No fetch takes that long. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

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
  await removeAbandoned(cache, artefact);
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
    const parsed: unknown = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8'));
    if (!Array.isArray(parsed) || parsed.length === 0) return 'corrupt';
    manifest = parsed as readonly ManifestEntry[];
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

/** Half fetches of starts that were killed. */
async function removeAbandoned(cache: string, artefact: Artefact): Promise<void> {
  const names = await readdir(cache);
  const half = names.filter((name) => name.startsWith(`${artefact.name}-fetch-`));
  for (const name of half) {
    const path = join(cache, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > ABANDONED_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

/**
 * Puts `fresh` in the place of what is not whole. Starts at the same time do this side by side: whoever
 * finds a whole folder, before or after moving it away, leaves that one in its place, as its owner may
 * run from it already.
 */
async function replace(fresh: string, folder: string): Promise<void> {
  const old = `${fresh}-old`;
  const move = (from: string, to: string): Promise<boolean> =>
    rename(from, to).then(
      () => true,
      () => false,
    );
  try {
    for (let tries = 0; tries < REPLACE_TRIES; tries += 1) {
      if ((await inspect(folder)) === 'whole') return;
      const hasMoved = await move(folder, old);
      const better = hasMoved && (await inspect(old)) === 'whole' ? old : fresh;
      if (await move(better, folder)) return;
      await rm(old, { recursive: true, force: true });
    }
    await rename(fresh, folder);
  } finally {
    await rm(old, { recursive: true, force: true });
  }
}
