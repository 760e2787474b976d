import { enableCompileCache } from 'node:module';
import { compileCacheFolder } from '@gemini-events/service/compile-cache';

// Before anything else is loaded. Node itself heeds NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE.
const folder = compileCacheFolder(process.env);
if (folder !== undefined) enableCompileCache(folder);
const { runCli } = await import('./run-cli.ts');

// No process.exit: what was written to a pipe shall arrive whole.
process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(`${text}\n`),
  talk: (text) => process.stderr.write(`${text}\n`),
  stdout: process.stdout,
  stderr: process.stderr,
});
