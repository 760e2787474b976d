import { HEADER } from '@gemini-events/events';
import { describe, expect, it } from 'vitest';
import { DEDUP_KEYS } from './processors/drop-duplicate.ts';
import {
  about,
  DIGEST,
  delivery,
  HOUR_MS,
  OTHER_DIGEST,
  shown,
  startLogic,
} from './testing/deliveries.ts';

const SYNTHETIC = { [HEADER.scheme]: 'synthetic' };
const JWT = { [HEADER.scheme]: 'jwt', [HEADER.dedupKey]: DIGEST };

/** The orders of the table of `isResourceRepeat`: G genuine, S synthetic, in brackets what is dropped. */
const ORDERS = [
  ['G G', 'G G', 'G (G)'],
  ['G S', 'G (S)', 'G (S)'],
  ['S G', 'S (G)', 'S (G)'],
  ['S S', 'S (S)', 'S (S)'],
  ['G S G', 'G (S) G', 'G (S) (G)'],
  ['G G S', 'G G (S)', 'G (G) (S)'],
  ['S G G', 'S (G) (G)', 'S (G) (G)'],
  ['S G S', 'S (G) (S)', 'S (G) (S)'],
] as const;
const CASES = ORDERS.flatMap(([order, ...expected]) =>
  DEDUP_KEYS.map((key, index) => [order, key, expected[index] ?? ''] as const),
);

/** Deliveries of one type and resource, with a webhook-id each: its place in the order. */
const deliveriesOf = (order: string) =>
  order
    .split(' ')
    .map((kind, place) =>
      delivery(String(place), { ...about('batches/1'), ...(kind === 'S' ? SYNTHETIC : {}) }),
    );
const withDropped = (order: string, published: readonly string[]): string =>
  order
    .split(' ')
    .map((kind, place) => (published.includes(`batch:${place}`) ? kind : `(${kind})`))
    .join(' ');

describe.each([['one transaction'], ['a transaction each'], ['a restart before each']])(
  'the second key, source with type and resource, in %s',
  (how) => {
    it.each(CASES)('%s with DEDUP_KEY=%s gives %s', (order, key, expected) => {
      let current = startLogic({ key });
      const values: Buffer[] = [];
      const batches =
        how === 'one transaction'
          ? [deliveriesOf(order)]
          : deliveriesOf(order).map((record) => [record]);
      const published: string[] = [];
      for (const batch of batches) {
        if (how === 'a restart before each') {
          current = startLogic({ key });
          for (const value of values) current.logic.restore(value);
        }
        const { output, changelog } = current.logic.process(batch);
        values.push(...changelog);
        published.push(...output.map(shown));
        current.logic.commit();
      }
      expect(withDropped(order, published)).toBe(expected);
    });
  },
);

describe('the second key', () => {
  const genuine = (id: string, more = {}) => delivery(id, { ...about('batches/1'), ...more });
  const made = (id: string, more = {}) => genuine(id, { ...SYNTHETIC, ...more });

  it('counts what it drops apart from repeated ids', () => {
    const { commit, counts } = startLogic();
    commit(genuine('a'), made('s'), genuine('a'));
    expect(counts).toMatchObject({ published: 1, repeatedIds: 1, repeatedResources: 1 });
  });

  it('remembers the id of what it dropped: repeats of that are repeats of the id', () => {
    const { commit, counts } = startLogic();
    commit(made('s'), genuine('a'), genuine('a'));
    expect(counts).toMatchObject({ published: 1, repeatedIds: 1, repeatedResources: 1 });
    const other = { [HEADER.bodyDigest]: OTHER_DIGEST };
    expect(commit(genuine('a', other))).toEqual(['quarantine:a:id_conflict']);
  });

  it('goes on dropping the id of what it dropped after its own window', () => {
    const windowMs = 10 * HOUR_MS;
    const { commit } = startLogic({ windowMs });
    const at = (hours: number, id: string, headers = {}) =>
      delivery(id, { ...about('batches/1'), ...headers }, hours * HOUR_MS);
    expect(commit(at(1, 's', SYNTHETIC))).toEqual(['batch:s']);
    expect(commit(at(9, 'a'))).toEqual([]);
    expect(commit(at(12, 'a'))).toEqual([]);
    expect(commit(at(12, 'b'))).toEqual(['batch:b']);
  });

  it.each([[true], [false]])(
    'is counted from the first record that was published under it (one transaction: %s)',
    (inOne) => {
      const { commit } = startLogic({ windowMs: 10 * HOUR_MS });
      const at = (hours: number, id: string, headers = {}) =>
        delivery(id, { ...about('batches/1'), ...headers }, hours * HOUR_MS);
      const records = [at(1, 'a'), at(5, 'b'), at(10, 's', SYNTHETIC), at(11, 't', SYNTHETIC)];
      const published = inOne ? commit(...records) : records.flatMap((record) => commit(record));
      expect(published).toEqual(['batch:a', 'batch:b', 'batch:t']);
    },
  );

  it('is not taken from a conflict: what that says of a resource is not known to be true', () => {
    const { commit } = startLogic();
    const conflict = delivery('a', { ...about('batches/2'), [HEADER.bodyDigest]: OTHER_DIGEST });
    expect(commit(genuine('a'), conflict)).toEqual(['batch:a', 'quarantine:a:id_conflict']);
    const second = delivery('s', { ...about('batches/2'), ...SYNTHETIC });
    expect(commit(second)).toEqual(['batch:s']);
  });

  it('compares no bodies: those of a genuine and a made-up delivery differ by nature', () => {
    const { commit } = startLogic();
    const other = made('s', { [HEADER.bodyDigest]: OTHER_DIGEST });
    expect(commit(genuine('a'), other)).toEqual(['batch:a']);
  });

  it.each([
    ['another source', { [HEADER.source]: 'tenant-a' }],
    ['another type', { ce_type: 'batch.failed' }],
    ['another resource', { ce_subject: 'batches/2' }],
    ['no resource', { ce_subject: undefined }],
    ['no type', { ce_type: undefined }],
    ['a type that this version does not know', { [HEADER.route]: 'unknown' }],
    ['a body that was quarantined', { [HEADER.route]: 'quarantine' }],
  ])('does not meet %s', (_, headers) => {
    const { commit } = startLogic({ key: 'webhook-id+resource' });
    expect(commit(genuine('a'), made('s', headers))).toHaveLength(2);
  });

  it.each([
    ['genuine', {}],
    ['synthetic', SYNTHETIC],
  ])('takes less memory than the id, of a delivery that is %s', (_, headers) => {
    const { commit, logic } = startLogic();
    const each = (number: number) =>
      delivery(`${number}`, { ...about(`batches/${number}`), ...headers });
    commit(...Array.from({ length: 2_048 }, (_, number) => each(number)));
    const { bytes, ids } = logic.stats();
    expect(ids).toBe(4_096);
    expect(bytes / ids).toBeLessThan(32);
  });

  it('meets another spelling of the same type', () => {
    const { commit } = startLogic();
    const records = [made('s'), genuine('a', { ce_type: 'batch.completed' })];
    expect(commit(...records)).toEqual(['batch:s']);
  });

  it('takes a delivery without a scheme for a genuine one', () => {
    const { commit } = startLogic();
    const records = [genuine('a', { [HEADER.scheme]: undefined }), genuine('b'), made('s')];
    expect(commit(...records)).toEqual(['batch:a', 'batch:b']);
  });

  it('is not given to a token, which covers no body: it can keep no genuine event away', () => {
    const { commit } = startLogic({ key: 'webhook-id+resource' });
    expect(commit(genuine('forged', JWT), genuine('a'))).toEqual(['batch:forged', 'batch:a']);
  });
});
