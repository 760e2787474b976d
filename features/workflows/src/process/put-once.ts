import type { ObjectStore } from '@gemini-events/objects';

/** Stores an object under a key that names one thing: what is there already is the same. */
export function putOnce(store: Pick<ObjectStore, 'putNew'>) {
  return async (key: string, content: string, contentType: string): Promise<void> => {
    await store.putNew(key, Buffer.from(content), { contentType, metadata: {} });
  };
}
