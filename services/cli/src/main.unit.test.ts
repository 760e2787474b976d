import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Prints the address of each module that the process loads. */
const LISTED = `import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    process.stderr.write('loaded ' + url + '\\n');
    return next(url, context);
  },
});`;

/** The npm packages that one call of the command line loads. */
function packagesOf(argv: readonly string[], env: NodeJS.ProcessEnv = {}): readonly string[] {
  const hook = `data:text/javascript,${encodeURIComponent(LISTED)}`;
  const { stderr } = spawnSync(process.execPath, ['--import', hook, MAIN, ...argv], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
    // Where no `start` runs whose servers it would use.
    cwd: mkdtempSync(join(tmpdir(), 'gemini-events-cli-')),
  });
  const found = stderr.matchAll(/^loaded file:.*\/node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm);
  return [...new Set([...found].map(([, name]) => name ?? ''))].sort();
}

it.each([
  ['the command line', ['--help']],
  ['a group of commands', ['approvals', '--help']],
  ['a command', ['notify', 'tokens', 'create', '--help']],
])('the help of %s loads no client, no schema library and no logger', (_, argv) => {
  expect(packagesOf(argv)).toEqual(['@commander-js/extra-typings', 'commander']);
});

it('a command loads what it needs when it is called', () => {
  expect(packagesOf(['approvals', 'ls'])).toEqual(expect.arrayContaining(['pg', 'zod']));
});

it('a command that reads Postgres alone loads no Kafka client', () => {
  // A port on which nobody listens.
  const found = packagesOf(['runs', 'ls'], {
    KAFKA_BROKERS: '127.0.0.1:9',
    SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
    DATABASE_URL: 'postgres://u:p@127.0.0.1:9/x',
  });
  expect(found).toContain('pg');
  expect(found.filter((name) => name.includes('kafka'))).toEqual([]);
});

it.each([
  ['in the folder of NODE_COMPILE_CACHE', {}, true],
  ['nowhere with NODE_DISABLE_COMPILE_CACHE', { NODE_DISABLE_COMPILE_CACHE: '1' }, false],
])('compiled modules are kept %s', (_, more, isKept) => {
  const folder = mkdtempSync(join(tmpdir(), 'gemini-events-compiled-'));
  const env = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: folder, ...more };
  expect(spawnSync(process.execPath, [MAIN, '--help'], { env }).status).toBe(0);
  expect(readdirSync(folder).length > 0).toBe(isKept);
});

it('compiled modules are kept in the cache folder of the user, where the services keep theirs', () => {
  const home = mkdtempSync(join(tmpdir(), 'gemini-events-home-'));
  const env = { PATH: process.env['PATH'], HOME: home };
  expect(spawnSync(process.execPath, [MAIN, '--help'], { env }).status).toBe(0);
  expect(readdirSync(join(home, '.cache/gemini-events/compiled'))).not.toEqual([]);
});
