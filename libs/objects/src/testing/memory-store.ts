import { Readable } from 'node:stream';
import { checkedKey } from '../store/object-key.ts';
import type { ObjectAbout, ObjectStore } from '../store/object-store.ts';
import { missing } from '../store/store-error.ts';

/** A store that is gone with its process. */
export function createMemoryStore(): ObjectStore {
  const objects = new Map<string, ObjectAbout & { readonly bytes: Buffer }>();
  const uriOf = (key: string): string => `memory:///${checkedKey(key)}`;
  return {
    uriOf,
    async writer(contentType) {
      const chunks: Buffer[] = [];
      return {
        async write(chunk) {
          chunks.push(Buffer.from(chunk));
        },
        async commit(key, metadata) {
          objects.set(checkedKey(key), { contentType, metadata, bytes: Buffer.concat(chunks) });
          return uriOf(key);
        },
        abort: async () => undefined,
      };
    },
    async putNew(key, bytes, about) {
      if (objects.has(checkedKey(key))) return false;
      objects.set(key, { ...about, bytes: Buffer.from(bytes) });
      return true;
    },
    async head(key) {
      const found = objects.get(checkedKey(key));
      if (found === undefined) return null;
      const { bytes, ...about } = found;
      return { key, sizeBytes: bytes.length, ...about };
    },
    async read(key, range) {
      const found = objects.get(checkedKey(key));
      if (found === undefined) throw missing(key);
      return Readable.from([found.bytes.subarray(range?.start, range?.end)]);
    },
    async *list(prefix) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix));
      yield* keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    },
    async remove(key) {
      objects.delete(checkedKey(key));
    },
    clean: async () => undefined,
    close: async () => undefined,
  };
}
