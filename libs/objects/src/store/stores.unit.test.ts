import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createFileStore } from './file-store.ts';
import { describeObjectStore } from './object-store.contract.ts';

const root = mkdtempSync(join(tmpdir(), 'objects-'));
afterAll(() => rmSync(root, { recursive: true }));

describeObjectStore('objects as files', (instance) => createFileStore({ root, instance }));

const memory = createMemoryStore();
describeObjectStore('objects in memory', () => memory);

it('a file is where its URI says, and is whole without what is kept beside it', async () => {
  const store = createFileStore({ root, instance: 'i1' });
  await store.putNew('u/a.txt', Buffer.from('text'), { contentType: 'text/plain', metadata: {} });
  expect(await readFile(fileURLToPath(store.uriOf('u/a.txt')), 'utf8')).toBe('text');
  await rm(join(root, '.about'), { recursive: true });
  expect(await store.head('u/a.txt')).toMatchObject({ contentType: 'application/octet-stream' });
});

it('a disk that cannot be written is an error of the store', async () => {
  const store = createFileStore({ root: join(root, 'u', 'a.txt'), instance: 'i1' });
  await expect(store.writer('text/plain')).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE' });
});
