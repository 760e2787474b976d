import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder for downloaded servers: `GEMINI_EVENTS_CACHE_DIR`, else one in the user's cache folder. */
export function cacheDir(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string {
  const own = env['GEMINI_EVENTS_CACHE_DIR'];
  if (own) return own;
  const xdg = env['XDG_CACHE_HOME'];
  const base =
    xdg || join(homedir(), ...(platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']));
  return join(base, 'gemini-events');
}
