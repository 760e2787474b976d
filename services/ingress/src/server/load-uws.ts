import type * as Uws from 'uWebSockets.js';
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { retargetBinary } from './retarget-binary.ts';

/** The binding takes host and mode together; its types do not know that. */
export type UwsApp = Uws.TemplatedApp & {
  listen(
    host: string,
    port: number,
    mode: number,
    done: (socket: Uws.us_listen_socket | false) => void,
  ): Uws.TemplatedApp;
};

interface UwsModule extends Pick<typeof Uws, 'us_listen_socket_close' | 'us_socket_local_port'> {
  App(): UwsApp;
  SSLApp(files: { key_file_name: string; cert_file_name: string }): UwsApp;
}

/**
 * Loads uWebSockets.js; on a glibc that is older than its binary asks for, by a retargeted copy in
 * the user's cache folder.
 * @param env for `GEMINI_EVENTS_CACHE_DIR` and `XDG_CACHE_HOME`
 * @throws Error when neither the binary nor a copy of it can be loaded on this machine
 */
export function loadUws(env: NodeJS.ProcessEnv = process.env): UwsModule {
  const require = createRequire(import.meta.url);
  try {
    return require('uWebSockets.js') as UwsModule;
  } catch (error) {
    const isOldGlibc = error instanceof Error && /GLIBC_2\.\d+' not found/.test(error.message);
    if (!isOldGlibc) throw error;
    const { platform, arch, versions } = process;
    const name = `uws_${platform}_${arch}_${versions.modules}.node`;
    const source = readFileSync(join(dirname(require.resolve('uWebSockets.js')), name));
    const copy = retargetBinary(source);
    if (copy === null) throw error;
    const loaded = { exports: {} };
    process.dlopen(loaded, cacheCopy(source, copy, cacheFolder(env)));
    return loaded.exports as UwsModule;
  }
}

function cacheFolder(env: NodeJS.ProcessEnv): string {
  const own = env['GEMINI_EVENTS_CACHE_DIR'] || undefined;
  return own ?? join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'gemini-events');
}

/**
 * Writes the copy unless it is there: named by the hashes of the source and of itself, compared
 * before use, put in place by a rename so that no other process ever sees half of it.
 */
export function cacheCopy(source: Buffer, copy: Buffer, folder: string): string {
  const short = (bytes: Buffer): string => hash('sha256', bytes).slice(0, 16);
  const path = join(folder, `uws-${short(source)}-${short(copy)}.node`);
  if (isSame(path, copy)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  try {
    writeFileSync(temporary, copy, { mode: 0o600 });
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  return path;
}

function isSame(path: string, copy: Buffer): boolean {
  try {
    return readFileSync(path).equals(copy);
  } catch {
    return false;
  }
}
