import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedS3, startS3 } from '@gemini-events/stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeObjectStore } from './object-store.contract.ts';
import type { ObjectStore } from './object-store.ts';
import { createS3Store, type S3Options } from './s3-store.ts';

const bucket = 'results';
const prefix = `${randomUUID()}/`;
let dir = '';
let server: EmbeddedS3;
const stores: ObjectStore[] = [];

function open(
  instance: string,
  endpoint = server.endpoint,
  more: Partial<S3Options> = {},
): ObjectStore {
  const store = createS3Store({
    bucket,
    prefix,
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    forcePathStyle: true,
    instance,
    ...more,
  });
  stores.push(store);
  return store;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'objects-s3-'));
  server = await startS3({ dataDir: dir, bucket });
}, 120_000);
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await server.stop();
  await rm(dir, { recursive: true, force: true });
});

// S3 itself puts atomically; this server looks and puts in two steps.
describeObjectStore('objects in a bucket', (instance) => open(instance), { isAtomic: false });

it('a large object is copied to its key in parts, and keeps what is said of it', async () => {
  const store = open('i1', server.endpoint, { mostCopiedBytes: 6 * 1024 * 1024 });
  const file = randomBytes(20 * 1024 * 1024);
  const about = { contentType: 'application/jsonl', metadata: { sha256: 'ab', name: 'a.jsonl' } };
  const writer = await store.writer(about.contentType);
  await writer.write(file);
  await writer.commit('copied/a.jsonl', about.metadata);
  expect(await store.head('copied/a.jsonl')).toEqual({
    key: 'copied/a.jsonl',
    sizeBytes: file.length,
    ...about,
  });
  const chunks = await Array.fromAsync(await store.read('copied/a.jsonl'));
  expect(Buffer.concat(chunks as Buffer[]).equals(file)).toBe(true);
  expect(await Array.fromAsync(store.list('copied/'))).toEqual(['copied/a.jsonl']);
});

it('a bucket that cannot be reached is an error of the store', async () => {
  const store = open('i1', 'http://127.0.0.1:1');
  await expect(store.head('a')).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE' });
});
