import fc from 'fast-check';
import { expect } from 'vitest';
import type { WindowStore } from '../window-store.ts';
import { COMMON_DIGESTS, OTHER_DIGESTS, PACKED_BYTES, packedEntry } from './entries.ts';

/** What is checked against. */
interface Model {
  readonly plain: WindowStore;
  nowMs: number;
  latestMs: number;
}

type StoreCommand = fc.Command<Model, WindowStore>;

function command(text: string, run: (model: Model, store: WindowStore) => void): StoreCommand {
  return {
    check: () => true,
    run(model, store) {
      run(model, store);
      expect(store.size).toBe(model.plain.size);
    },
    toString: () => text,
  };
}

/** A record as dedup takes it: looked for, and remembered when it was not found. */
const see = (key: string, bodyDigest: string): StoreCommand =>
  command(`see ${hex(key)}`, ({ plain, nowMs }, store) => {
    const expected = plain.find(key, nowMs);
    expect(store.find(key, nowMs)).toEqual(expected);
    if (expected !== undefined) return;
    store.add(key, { bodyDigest, firstSeenMs: nowMs });
    plain.add(key, { bodyDigest, firstSeenMs: nowMs });
  });

const find = (key: string, offsetMs: number): StoreCommand =>
  command(`find ${hex(key)} at ${offsetMs}`, ({ plain, nowMs }, store) => {
    expect(store.find(key, nowMs + offsetMs)).toEqual(plain.find(key, nowMs + offsetMs));
  });

const add = (key: string, bodyDigest: string, offsetMs: number): StoreCommand =>
  command(`add ${hex(key)} at ${offsetMs}`, (model, store) => {
    const entry = { bodyDigest, firstSeenMs: model.nowMs + offsetMs };
    store.add(key, entry);
    model.plain.add(key, entry);
  });

/** As a restore does it. With many keys tables grow, and chunks are filled. */
const addPacked = (
  keys: readonly string[],
  digests: readonly string[],
  offsetMs: number,
): StoreCommand =>
  command(`addPacked ${keys.length} keys at ${offsetMs}`, (model, store) => {
    const at = model.nowMs + offsetMs;
    const bytes = Buffer.concat(
      keys.map((key, i) => packedEntry(key, digests[i % digests.length]!, at + (i % 40))),
    );
    for (let start = 0; start < bytes.length; start += PACKED_BYTES) {
      expect(store.addPacked(bytes, start)).toBe(model.plain.addPacked(bytes, start));
    }
    for (const key of keys) {
      expect(store.find(key, at)).toEqual(model.plain.find(key, at));
    }
  });

const expire = command('expire', (model, store) => {
  store.expire(model.latestMs);
  model.plain.expire(model.latestMs);
});

const advance = (ms: number): StoreCommand =>
  command(`advance ${ms}`, (model) => {
    model.nowMs += ms;
    model.latestMs = Math.max(model.latestMs, model.nowMs);
  });

function hex(key: string): string {
  return Buffer.from(key, 'latin1').toString('hex');
}

const FIRST_WORDS = ['\0\0\0\0', '\u0080\0\0\0', '\u00ff\u00ff\u00ff\u00ff'];
/** Few keys that come again and again: they share slots, marks, and all but one word. */
const fewKeys = fc
  .tuple(
    fc.constantFrom(...FIRST_WORDS),
    fc.constantFrom('\0\0\0\0', '\0\0\0\u0001', '\u00ff\u00ff\u00ff\u00ff'),
    fc.constantFrom('aaaa', 'bbbb'),
    fc.constantFrom('aaaa', 'bbbb'),
  )
  .map((words) => words.join(''));
const digests = fc.constantFrom(...COMMON_DIGESTS, ...OTHER_DIGESTS);
const someDigests = fc.array(digests, { minLength: 1, maxLength: 7 });

/** Many keys, a third of which begin at the same slot. */
const manyKeys = fc
  .record({ count: fc.integer({ min: 2, max: 400 }), from: fc.integer({ min: 0, max: 600 }) })
  .map(({ count, from }) =>
    Array.from({ length: count }, (_, index) => {
      const number = from + index;
      const bytes = Buffer.alloc(16);
      bytes.writeInt32BE(number % 3 === 0 ? -1 : Math.imul(number, 0x9e3779b1), 0);
      bytes.writeInt32BE(Math.imul(number, 0x85ebca6b), 4);
      bytes.writeInt32BE(number, 12);
      return bytes.toString('latin1');
    }),
  );

/** Any of what may happen to a store within a window of this length. */
export function storeCommands(windowMs: number): fc.Arbitrary<Iterable<StoreCommand>> {
  const around = fc.integer({ min: -windowMs, max: Math.ceil(windowMs / 4) });
  const steps = fc.oneof(
    fc.integer({ min: -Math.ceil(windowMs / 8), max: Math.ceil(windowMs / 4) }),
    fc.constantFrom(1, Math.ceil(windowMs / 8), windowMs - 1, windowMs, 2 * windowMs),
  );
  return fc.commands(
    [
      fc.tuple(fewKeys, digests).map(([key, digest]) => see(key, digest)),
      fc.tuple(fewKeys, around).map(([key, offsetMs]) => find(key, offsetMs)),
      fc.tuple(fewKeys, digests, around).map(([key, digest, ms]) => add(key, digest, ms)),
      fc.tuple(fewKeys, digests, around).map(([key, digest, ms]) => addPacked([key], [digest], ms)),
      fc.tuple(manyKeys, someDigests, around).map(([keys, all, ms]) => addPacked(keys, all, ms)),
      fc.constant(expire),
      steps.map(advance),
    ],
    { maxCommands: 80 },
  );
}
