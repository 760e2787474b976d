import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Names the npm packages of which modules are loaded for a sub-path of this package. */
function packagesOf(subpath: string): readonly string[] {
  const program = `
import { registerHooks } from 'node:module';
const found = new Set();
registerHooks({
  load(url, context, next) {
    const name = /\\/node_modules\\/((?:@[^/]+\\/)?[^./][^/]*)\\/(?!.*\\/node_modules\\/)/.exec(url)?.[1];
    if (name !== undefined) found.add(name);
    return next(url, context);
  },
});
await import('@gemini-events/kafka/${subpath}');
process.stdout.write(JSON.stringify([...found]));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as string[];
}

// Loading @platformatic/kafka takes more CPU than all of the rest of a command.
it.each(['admin', 'codec', 'connection', 'murmur2', 'send-once', 'wire'])(
  'who imports %s does not load @platformatic/kafka',
  (subpath) => {
    expect(packagesOf(subpath)).not.toContain('@platformatic/kafka');
  },
);

it.each(['murmur2', 'wire'])('who imports %s loads no client at all', (subpath) => {
  expect(packagesOf(subpath)).toEqual([]);
});

it('who imports cluster loads @platformatic/kafka', () => {
  expect(packagesOf('cluster')).toContain('@platformatic/kafka');
});
