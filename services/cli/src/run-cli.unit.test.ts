import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLocalStack, writeLocalStack } from '@gemini-events/cli-kit/local-stack';
import { describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

async function run(argv: readonly string[], env: NodeJS.ProcessEnv = {}) {
  let out = '';
  let talk = '';
  const code = await runCli(argv, {
    env,
    out: (text) => (out += `${text}\n`),
    talk: (text) => (talk += `${text}\n`),
  });
  return { code, out, talk };
}

describe('the command line', () => {
  it('shows its help on stdout and ends with 0', async () => {
    const { code, out } = await run(['topics', 'apply', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('--dry-run');
    expect(out).toContain('Example:');
  });

  it.each([
    ['an unknown command', ['nonsense']],
    ['an unknown option', ['topics', 'apply', '--nonsense']],
    ['a command group alone', ['topics']],
  ])('ends with 2 and keeps stdout empty at %s', async (_, argv) => {
    const { code, out, talk } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(talk).not.toBe('');
  });

  it('tells all faults of the environment at once and ends with 78', async () => {
    const { code, talk } = await run(['topics', 'apply'], {
      KAFKA_BROKERS: 'no port',
      TOPIC_PREFIX: 'a b',
      TOPIC_REPLICATION_FACTOR: 'x',
    });
    expect(code).toBe(78);
    for (const name of ['KAFKA_BROKERS', 'TOPIC_PREFIX', 'TOPIC_REPLICATION_FACTOR']) {
      expect(talk).toContain(`${name}: `);
    }
  });

  it('gives a failure its code and ends with 1', async () => {
    const { code, talk } = await run(['schemas', 'apply'], {
      SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
    });
    expect(code).toBe(1);
    expect(talk).toMatch(/^ERR_REGISTRY_UNAVAILABLE: /m);
  });
});

describe('the servers of a running start', () => {
  const addresses = { KAFKA_BROKERS: '127.0.0.1:1', SCHEMA_REGISTRY_URL: 'http://127.0.0.1:2' };

  it('are found by other commands while it runs, and not after it', () => {
    const dir = mkdtempSync(join(tmpdir(), 'gemini-events-cli-'));
    const local = writeLocalStack(dir, addresses);
    expect(readLocalStack({}, dir)).toEqual(addresses);
    local.remove();
    expect(readLocalStack({}, dir)).toEqual({});
  });

  it('are never mixed with servers that the environment names', () => {
    const dir = mkdtempSync(join(tmpdir(), 'gemini-events-cli-'));
    writeLocalStack(dir, addresses);
    expect(readLocalStack({ SCHEMA_REGISTRY_URL: 'http://127.0.0.1:3' }, dir)).toEqual({});
  });
});
