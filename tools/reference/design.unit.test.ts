import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { designPage } from './design-page.ts';

const ROOT = join(import.meta.dirname, '../..');
const design = readFileSync(join(ROOT, 'DESIGN.md'), 'utf8');

it('DESIGN.md shows dedup as it is wired', () => {
  expect(designPage()).toBe(design);
});

it('that is what the process itself prints, without Kafka and without an environment', () => {
  const printed = execFileSync(process.execPath, ['services/dedup/src/main.ts', '--describe'], {
    cwd: ROOT,
    env: {},
    encoding: 'utf8',
  });
  expect(design).toContain(printed);
});

it('a DESIGN.md without the marks is a fault, not a page without the picture', () => {
  expect(() => designPage('# Design')).toThrow('begin');
});
