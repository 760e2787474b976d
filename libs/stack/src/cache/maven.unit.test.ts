import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { copyArtefact, javaMajor, requireJava } from './maven.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['openjdk version "21" 2023-09-19', 21],
  ['java version "1.8.0_402"', 8],
  ['openjdk version "25-ea" 2025-09-16', 25],
  ['command not found', null],
])('%s is major version %s', (output, major) => {
  expect(javaMajor(output)).toBe(major);
});

it('missing Java is one line that says what to install and what to do instead', async () => {
  const error = await requireJava({ PATH: '/nowhere' }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'ERR_STACK_JAVA',
    message:
      'Java 17 or newer (java) is missing: install it, or set KAFKA_BROKERS, SCHEMA_REGISTRY_URL and DATABASE_URL to servers that you have',
  });
});

it('missing Maven is one line that says what to install and what to do instead', async () => {
  vi.stubEnv('PATH', '/nowhere');
  const folder = await mkdtemp(join(tmpdir(), 'maven-'));
  const error = await copyArtefact('a:b:1', folder).catch((reason: unknown) => reason);
  await rm(folder, { recursive: true });
  expect(error).toMatchObject({
    code: 'ERR_STACK_MAVEN',
    message:
      'Maven (mvn) is missing: install it, or set KAFKA_BROKERS, SCHEMA_REGISTRY_URL and DATABASE_URL to servers that you have',
  });
});
