import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli } from '../run-cli.ts';
import { SUBSCRIPTIONS } from './new-consumer/subscriptions.ts';

const ROOT = join(import.meta.dirname, '../../../..');

async function newConsumer(...args: readonly string[]) {
  let out = '';
  let talk = '';
  const code = await runCli(['new', 'consumer', ...args], {
    env: {},
    out: (text) => (out += `${text}\n`),
    talk: (text) => (talk += `${text}\n`),
  });
  return { code, out, talk };
}

it('new consumer --dry-run says what would be written, and writes nothing', async () => {
  const { code, out } = await newConsumer('audit-trail', '--dry-run', '--json');
  expect(code).toBe(0);
  const { files, events, next } = JSON.parse(out) as Record<string, string[]>;
  expect(events).toEqual(['batch.succeeded']);
  expect(files).toContain('services/consumers/audit-trail/src/consumer.ts');
  expect(next).toHaveLength(2);
  expect(existsSync(join(ROOT, 'services/consumers/audit-trail'))).toBe(false);
});

it.each([
  ['a name that is none', ['Audit_Log'], 'lower case, digits and dashes'],
  ['a folder that is there', ['results'], 'services/consumers/results is there already'],
  ['the name of another package', ['ingress'], 'services/ingress is the package'],
  ['no name', [], 'name'],
])('new consumer ends with 2 and keeps stdout empty at %s', async (_, args, why) => {
  const { code, out, talk } = await newConsumer(...args, '--dry-run');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(talk).toContain(why);
});

it('new consumer lists all types where one is unknown', async () => {
  const { code, talk } = await newConsumer('a', '--dry-run', '--events', 'batch.succeded,video');
  expect(code).toBe(2);
  expect(talk).toContain('"batch.succeded"');
  for (const each of SUBSCRIPTIONS) expect(talk).toContain(`\n  ${each}`);
});
