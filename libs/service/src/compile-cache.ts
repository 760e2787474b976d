import { join } from 'node:path';

/**
 * The folder in which our processes keep compiled modules: that of `NODE_COMPILE_CACHE`, else one in the
 * user's cache folder; undefined where the user has none.
 */
export function compileCacheFolder(env: NodeJS.ProcessEnv): string | undefined {
  const { NODE_COMPILE_CACHE, HOME, XDG_CACHE_HOME } = env;
  if (NODE_COMPILE_CACHE) return NODE_COMPILE_CACHE;
  const cache = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'));
  return cache ? join(cache, 'gemini-events', 'compiled') : undefined;
}
