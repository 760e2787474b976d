/**
 * Imported first by `main.ts`. By default V8 lets the young generation of a busy process grow to
 * 128 MiB, which gains nothing here, where what lives, lives for milliseconds: resident memory would
 * pass 300 MiB. V8 takes this flag only when a process begins, so the process becomes another one with
 * the same pid, environment, and standard streams (`process.execve`, from Node 22.15; not on Windows).
 * A `--max-semi-space-size` that was given, also in `NODE_OPTIONS`, stays in force.
 */
const FLAG = '--max-semi-space-size';
const MIB = 8;

const given = `${process.execArgv.join(' ')} ${process.env['NODE_OPTIONS'] ?? ''}`;
if (!given.includes(FLAG) && process.platform !== 'win32') {
  const args = [process.argv0, `${FLAG}=${MIB}`, ...process.execArgv, ...process.argv.slice(1)];
  process.execve?.(process.execPath, args, process.env);
}
