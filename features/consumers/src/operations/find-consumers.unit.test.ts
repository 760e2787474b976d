import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findConsumers } from './find-consumers.ts';

it('every folder of services/consumers with a main.ts is a consumer, in the order of names', () => {
  const services = mkdtempSync(join(tmpdir(), 'gemini-events-services-'));
  for (const name of ['tally', 'audit-log']) {
    mkdirSync(join(services, 'consumers', name, 'src'), { recursive: true });
    writeFileSync(join(services, 'consumers', name, 'src/main.ts'), '');
  }
  // What a removed consumer leaves behind: git keeps no folders, but node_modules stays.
  mkdirSync(join(services, 'consumers/gone/node_modules'), { recursive: true });
  writeFileSync(join(services, 'consumers/notes.md'), '');
  expect(findConsumers(services)).toEqual(['audit-log', 'tally']);
});

it('a checkout without consumers has none', () => {
  expect(findConsumers(mkdtempSync(join(tmpdir(), 'gemini-events-services-')))).toEqual([]);
});

it('the consumers of this checkout are found without being named', () => {
  expect(findConsumers()).toContain('results');
});
