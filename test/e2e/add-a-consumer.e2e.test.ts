import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { processesOf } from '../kit/processes-of.ts';
import { cloneInto, plainEnvironment } from './clone.ts';
import { guideCommands, readGuide } from './guide-commands.ts';

const TEN_MINUTES = 600_000;

describe('docs/guides/add-a-consumer.md', () => {
  let clone: string;

  beforeAll(async () => {
    clone = await mkdtemp(join(tmpdir(), 'gemini-events-clone-'));
    cloneInto(clone);
  });
  afterAll(() => rm(clone, { recursive: true, force: true }));

  /** Runs a line of the guide as it stands there; gives what it printed. */
  const type = async (line: string): Promise<string> => {
    const child = spawn('bash', ['-ec', line], {
      cwd: clone,
      // Servers of its own: what the environment names is not used.
      env: { ...plainEnvironment(), KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '', DATABASE_URL: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    expect({ line, status, err: status === 0 ? '' : err, out: status === 0 ? '' : out }).toEqual({
      line,
      status: 0,
      err: '',
      out: '',
    });
    return out;
  };

  it(
    'leads from an empty clone to a consumer that has handled events, by its commands alone',
    async () => {
      const guide = readGuide('add-a-consumer.md');
      const commands = guideCommands(guide);
      const printed = new Map<string, string>();
      for (const line of commands) printed.set(line, await type(line));

      const all = [...printed.values()].join('\n');
      expect(all).toMatch(/^\+ services\/consumers\/audit-log\/src\/consumer\.ts$/m);
      const source = join(clone, 'services/consumers/audit-log/src/consumer.ts');
      expect(guide).toContain(await readFile(source, 'utf8'));
      // Its own two tests, one for each type.
      expect(all).toMatch(/^2 passed, 0 failed, 0 skipped$/m);
      const handled = Number(/^ *handled by audit-log +(\d+)$/m.exec(all)?.[1]);
      expect(handled).toBeGreaterThan(0);
      const log = await readFile(join(clone, '.gemini-events/logs/audit-log.log'), 'utf8');
      expect(log.match(/"msg":"handled"/g)).toHaveLength(handled);
      // The log is shown to whoever follows the guide.
      expect(printed.get(commands.at(-1) ?? '')).toContain('"msg":"handled"');
      await vi.waitFor(() => expect(processesOf(clone)).toEqual([]), { timeout: 40_000 });
    },
    TEN_MINUTES,
  );
});
