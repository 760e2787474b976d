import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ObjectStore } from './object-store.ts';

const ABOUT = { contentType: 'text/plain', metadata: { sha256: 'ab', name: 'a.txt' } };
const bytes = (text: string): Buffer => Buffer.from(text);

async function textOf(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * What every store has to do.
 * @param open the same store as another process of this name would see it
 * @param options.isAtomic false: a server for tests that looks and puts in two steps
 */
export function describeObjectStore(
  name: string,
  open: (instance: string) => ObjectStore | Promise<ObjectStore>,
  options: { readonly isAtomic: boolean } = { isAtomic: true },
): void {
  describe(name, () => {
    const folder = (): string => `t-${randomUUID()}`;
    async function put(
      store: ObjectStore,
      key: string,
      ...chunks: readonly Buffer[]
    ): Promise<string> {
      const writer = await store.writer(ABOUT.contentType);
      for (const chunk of chunks) await writer.write(chunk);
      return writer.commit(key, ABOUT.metadata);
    }
    const keysOf = (store: ObjectStore, prefix: string): Promise<string[]> =>
      Array.fromAsync(store.list(prefix));

    it('shows an object as a whole once it is committed, and nothing before', async () => {
      const store = await open('i1');
      const key = `${folder()}/a/b.txt`;
      const writer = await store.writer(ABOUT.contentType);
      await writer.write(bytes('one '));
      expect(await store.head(key)).toBeNull();
      await expect(store.read(key)).rejects.toMatchObject({ code: 'ERR_OBJECT_MISSING' });
      await writer.write(bytes('two'));
      expect(await writer.commit(key, ABOUT.metadata)).toBe(store.uriOf(key));
      expect(await store.head(key)).toEqual({ key, sizeBytes: 7, ...ABOUT });
      expect((await textOf(await store.read(key))).toString()).toBe('one two');
      await writer.abort();
      expect(await store.head(key)).not.toBeNull();
    });

    it('leaves nothing of what was given up, nor of what was never committed', async () => {
      const store = await open('i1');
      const prefix = `${folder()}/`;
      const writer = await store.writer(ABOUT.contentType);
      await writer.write(randomBytes(9 * 1024 * 1024));
      await writer.abort();
      await writer.abort();
      const crashed = await store.writer(ABOUT.contentType);
      await crashed.write(bytes('half'));
      expect(await keysOf(store, prefix)).toEqual([]);
      await (await open('i1')).clean();
      await crashed.abort();
    });

    it('replaces an object as a whole', async () => {
      const store = await open('i1');
      const key = `${folder()}/a`;
      await put(store, key, bytes('a longer one'));
      await put(store, key, bytes('short'));
      expect((await textOf(await store.read(key))).toString()).toBe('short');
    });

    it('puts a new object once, and leaves what is there', async () => {
      const store = await open('i1');
      const key = `${folder()}/manifest.json`;
      expect(await store.putNew(key, bytes('first'), ABOUT)).toBe(true);
      expect(await (await open('i2')).putNew(key, bytes('second'), ABOUT)).toBe(false);
      expect((await textOf(await store.read(key))).toString()).toBe('first');
      expect(await store.head(key)).toEqual({ key, sizeBytes: 5, ...ABOUT });
    });

    if (options.isAtomic) {
      it('puts a new object for exactly one of many at the same time', async () => {
        const stores = await Promise.all(
          ['i1', 'i2', 'i3'].map(async (instance) => open(instance)),
        );
        const key = `${folder()}/manifest.json`;
        const tries = Array.from({ length: 12 }, (_, at) =>
          (stores[at % 3] as ObjectStore).putNew(key, bytes(`from ${at}`), ABOUT),
        );
        const outcomes = await Promise.all(tries);
        expect(outcomes.filter(Boolean)).toHaveLength(1);
        const [store] = stores as [ObjectStore];
        const winner = (await textOf(await store.read(key))).toString();
        expect(winner).toBe(`from ${outcomes.indexOf(true)}`);
        expect(await store.putNew(key, bytes('later'), ABOUT)).toBe(false);
        expect((await textOf(await store.read(key))).toString()).toBe(winner);
      });
    }

    it('gives any part of an object', async () => {
      const store = await open('i1');
      const key = `${folder()}/a`;
      await put(store, key, bytes('0123456789'));
      const part = async (start: number, end: number): Promise<string> =>
        (await textOf(await store.read(key, { start, end }))).toString();
      expect(await part(0, 3)).toBe('012');
      expect(await part(4, 6)).toBe('45');
      expect(await part(8, 99)).toBe('89');
      expect(await part(5, 5)).toBe('');
    });

    it('keeps an empty object', async () => {
      const store = await open('i1');
      const key = `${folder()}/empty`;
      await put(store, key);
      expect(await store.head(key)).toMatchObject({ sizeBytes: 0 });
      expect((await textOf(await store.read(key))).length).toBe(0);
    });

    it('gives back 20 MiB that came in odd pieces of one buffer', async () => {
      const store = await open('i1');
      const key = `${folder()}/large.bin`;
      const file = randomBytes(20 * 1024 * 1024);
      const writer = await store.writer(ABOUT.contentType);
      const reused = Buffer.alloc(65_537);
      for (let at = 0; at < file.length; at += reused.length) {
        const length = file.copy(reused, 0, at);
        await writer.write(reused.subarray(0, length));
        reused.fill(0);
      }
      await writer.commit(key, ABOUT.metadata);
      const digest = (each: Buffer): string => createHash('sha256').update(each).digest('hex');
      expect(await store.head(key)).toEqual({ key, sizeBytes: file.length, ...ABOUT });
      expect(digest(await textOf(await store.read(key)))).toBe(digest(file));
      const middle = { start: 10_000_000, end: 10_000_100 };
      expect(await textOf(await store.read(key, middle))).toEqual(
        file.subarray(10_000_000, 10_000_100),
      );
      expect(await keysOf(store, key)).toEqual([key]);
    });

    it('lists keys by prefix, in order, however many', async () => {
      const store = await open('i1');
      const root = folder();
      const names = Array.from(
        { length: 1_050 },
        (_, at) => `${root}/a/${String(at).padStart(5, '0')}`,
      );
      for (let at = 0; at < names.length; at += 50) {
        await Promise.all(
          names.slice(at, at + 50).map((key) => store.putNew(key, bytes('x'), ABOUT)),
        );
      }
      await store.putNew(`${root}/b`, bytes('x'), ABOUT);
      expect(await keysOf(store, `${root}/a/`)).toEqual(names);
      expect(await keysOf(store, `${root}/a/0000`)).toEqual(names.slice(0, 10));
      expect(await keysOf(store, `${root}/c`)).toEqual([]);
    }, 60_000);

    it('removes an object, also one that is not there', async () => {
      const store = await open('i1');
      const key = `${folder()}/a`;
      await put(store, key, bytes('x'));
      await store.remove(key);
      await store.remove(key);
      expect(await store.head(key)).toBeNull();
    });

    it('removes what its own former life left, and leaves others to their work', async () => {
      const [one, two] = [await open('i1'), await open('i2')];
      const key = `${folder()}/a`;
      const writer = await two.writer(ABOUT.contentType);
      await writer.write(randomBytes(9 * 1024 * 1024));
      await one.clean();
      await writer.commit(key, ABOUT.metadata);
      expect(await one.head(key)).toMatchObject({ sizeBytes: 9 * 1024 * 1024 });
    });

    it.each([
      '',
      '/a',
      'a/',
      'a//b',
      '../a',
      'a/../b',
      '.parts/x',
      'a/.b',
      'a b',
      `a${'b'.repeat(512)}`,
    ])('knows no key %j', async (key) => {
      const store = await open('i1');
      expect(() => store.uriOf(key)).toThrow(TypeError);
    });
  });
}
