import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Artefact, ensureArtefact } from './artefact.ts';
import { copyArtefact } from './maven.ts';

it('a jar that was cut off is fetched by Maven again', async () => {
  const cache = await mkdtemp(join(tmpdir(), 'maven-'));
  const reasons: string[] = [];
  const artefact: Artefact = {
    name: 'slf4j-simple-1.7.36',
    fetch: (folder) => copyArtefact('org.slf4j:slf4j-simple:1.7.36', folder),
  };
  const ensure = (): Promise<string> =>
    ensureArtefact(cache, artefact, (reason) => void reasons.push(reason));
  const folder = await ensure();
  await truncate(join(folder, 'slf4j-simple-1.7.36.jar'), 100);
  await ensure();
  await ensure();
  expect(reasons).toEqual(['missing', 'corrupt']);
  expect(await readdir(folder)).toEqual(['manifest.json', 'slf4j-simple-1.7.36.jar']);
  await rm(cache, { recursive: true });
});
