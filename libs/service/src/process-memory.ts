import { setFlagsFromString } from 'node:v8';
import { compileCacheFolder } from './compile-cache.ts';

const FLAG = '--max-semi-space-size';

/**
 * For the module that `main.ts` imports first. What bounds a process has to be said when it begins, so it
 * becomes another one with the same pid and standard streams (`process.execve`, from Node 22.15; not on
 * Windows):
 *
 * - By default V8 lets the young generation of a busy process grow to 128 MiB. A `--max-semi-space-size`
 *   that was given, also in `NODE_OPTIONS`, stays in force.
 * - Node keeps compiled modules on disk (`NODE_COMPILE_CACHE`, nodejs.org/api/module.html), in the user's
 *   cache folder unless another one is given. From the second start on nothing has to be stripped of its
 *   types: 17 MiB less and a quarter less time. A folder that cannot be written is no failure.
 * - glibc gives threads heaps of their own (`MALLOC_ARENA_MAX`, mallopt(3)). Here one thread does the work,
 *   and what others once needed would only be kept: 10 MiB less with one heap.
 *
 * @param semiSpaceMib of the young generation, which has three of them
 */
export function boundMemory(semiSpaceMib: number): void {
  const given = `${process.execArgv.join(' ')} ${process.env['NODE_OPTIONS'] ?? ''}`;
  if (given.includes(FLAG) || process.platform === 'win32') return;
  const flag = `${FLAG}=${semiSpaceMib}`;
  const args = [process.argv0, flag, ...process.execArgv, ...process.argv.slice(1)];
  const cache = compileCacheFolder(process.env);
  process.execve?.(process.execPath, args, {
    MALLOC_ARENA_MAX: '1',
    ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }),
    ...process.env,
  });
}

/**
 * What is old is looked through when it has grown by 60 %. Left to itself V8 lets it grow further at some
 * times than at others: peaks of dedup under one load were 162 to 194 MiB, and are 156 to 163 MiB. At 15 %
 * dedup took half as much CPU again, at 60 % no more. A V8 without this flag would only say so on stderr.
 */
export function boundGrowth(): void {
  setFlagsFromString('--heap-growing-percent=60');
}
