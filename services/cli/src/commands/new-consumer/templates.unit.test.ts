import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KNOWN_TYPES } from '@gemini-events/events';
import { afterAll, describe, expect, it } from 'vitest';
import { INSTALL, PNPM } from './install.ts';
import { SUBSCRIPTIONS, typeOf } from './subscriptions.ts';
import { consumerFiles } from './templates.ts';
import { writeFiles } from './write-files.ts';

const ROOT = join(import.meta.dirname, '../../../../..');
const dir = mkdtempSync(join(tmpdir(), 'gemini-events-new-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('a new consumer', () => {
  it.each([
    ['one type', 'audit-log', ['batch.succeeded']],
    ['several types', 'audit-log', ['batch.succeeded', 'interaction.completed']],
    ['a family and the unknown', 'a', ['video', 'unknown']],
    ['a list that just fits its line', 'b', KNOWN_TYPES.slice(0, 4)],
    ['all that there is', 'a-name-that-is-as-long-as-a-name-may-ever-become-x', SUBSCRIPTIONS],
  ])('is formatted as the formatter has it: %s', (title, name, subscribe) => {
    const folder = join(dir, title.replaceAll(' ', '-'));
    const files = consumerFiles({ name, subscribe });
    writeFiles(folder, files);
    const biome = join(ROOT, 'node_modules/.bin/biome');
    const settings = ['--linter-enabled=false', '--vcs-enabled=false', `--config-path=${ROOT}`];
    execFileSync(biome, ['check', '--write', ...settings, folder], { cwd: folder });
    for (const [path, text] of files) expect(readFileSync(join(folder, path), 'utf8')).toBe(text);
  });

  it('is never written over a folder that is there', () => {
    const files = new Map([['a', '']]);
    writeFiles(join(dir, 'mine'), files);
    expect(() => writeFiles(join(dir, 'mine'), files)).toThrow(/EEXIST/);
  });

  it('has a test for each type, and one for each family', () => {
    const test = consumerFiles({ name: 'a', subscribe: ['batch', 'interaction.requires_action'] });
    const text = test.get('src/consumer.unit.test.ts');
    expect(text).toContain("batchSucceeded({ resource_id: 'batches/abc' })");
    expect(text).toContain("interactionRequiresAction({ resource_id: 'interactions/abc' })");
    expect(text?.match(/^it\(/gm)).toHaveLength(2);
  });

  it('is tried with a type that its subscription brings', () => {
    expect(SUBSCRIPTIONS.map(typeOf)).toEqual([
      ...KNOWN_TYPES,
      'batch.succeeded',
      'interaction.requires_action',
      'video.generated',
      'unknown',
    ]);
  });

  it('is linked by the pnpm that CI uses', () => {
    const ci = readFileSync(join(ROOT, '.ci/run'), 'utf8');
    expect(ci).toContain(`${PNPM} test`);
    expect(INSTALL.startsWith(PNPM)).toBe(true);
  });
});
