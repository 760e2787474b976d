import { describe, expect, it } from 'vitest';
import type { PlannedDelivery } from '../plan-deliveries.ts';
import type { SeenRecord } from '../read-all.ts';
import { checkExactlyOnce, digestOf, faultsOf } from './exactly-once.ts';

const plan = (webhookId: string, kind: PlannedDelivery['kind'] = 'event'): PlannedDelivery => ({
  webhookId,
  kind,
  body: kind === 'conflict' ? 'another body' : 'body',
  resource: 'k',
});
const record = (webhookId: string, more: Partial<SeenRecord> = {}): SeenRecord => ({
  place: webhookId,
  key: 'k',
  webhookId,
  bodyDigest: digestOf('body'),
  reason: '',
  ...more,
});
const conflict = (id: string): SeenRecord =>
  record(id, { bodyDigest: digestOf('another body'), reason: 'id_conflict' });
const refused = record('n', { reason: 'body_not_json' });

const planned = [plan('a'), plan('b'), plan('a'), plan('a', 'conflict'), plan('n', 'not JSON')];
const deliveries = planned.map(({ webhookId, body }) =>
  record(webhookId, { bodyDigest: digestOf(body) }),
);
const good = {
  deliveries,
  events: [record('a'), record('b')],
  quarantine: [conflict('a'), refused],
};
const faults = (change: Partial<typeof good>, accepted = 5): string =>
  faultsOf(
    checkExactlyOnce(planned, new Set(['a', 'b', 'n']), { ...good, ...change }),
    accepted,
  ).join('; ');

describe('the verifier of the chaos run', () => {
  it('is content when every id came out once, in order and where it belongs', () => {
    expect(faults({})).toBe('');
    const { counts } = checkExactlyOnce(planned, new Set(), good);
    expect(counts).toEqual({ in: 5, out: 2, duplicates: 1, quarantined: 2, distinct: 3 });
  });

  it.each([
    ['an event is lost', { events: [record('a')] }, 'missing'],
    ['a quarantined one is lost', { quarantine: [conflict('a')] }, 'missing'],
    ['an event comes twice', { events: [...good.events, record('b')] }, '1 ids came out more'],
    ['a quarantined one comes twice', { quarantine: [...good.quarantine, refused] }, 'more than'],
    [
      'an event comes out and is quarantined as well',
      { quarantine: [...good.quarantine, record('b', { reason: 'headers_missing' })] },
      'more than once',
    ],
    ['the order of a key is broken', { events: [record('b'), record('a')] }, 'out of order'],
    ['something comes out unsent', { events: [...good.events, record('x')] }, 'never sent'],
    [
      'an event is quarantined',
      { events: [record('a')], quarantine: [...good.quarantine, record('b', { reason: 'r' })] },
      'wrong side',
    ],
    [
      'a body that is not JSON becomes an event',
      { events: [...good.events, record('n')], quarantine: [conflict('a')] },
      'wrong side',
    ],
    [
      'the second body of an id is published instead of the first',
      {
        events: [{ ...conflict('a'), reason: '' }, record('b')],
        quarantine: [record('a', { reason: 'id_conflict' }), refused],
      },
      '2 ids came out with a body that was not the first',
    ],
    ['a conflict is dropped', { quarantine: [refused] }, 'not quarantined'],
    [
      'a conflict is quarantined twice',
      { quarantine: [conflict('a'), conflict('a'), refused] },
      'not quarantined, or not once',
    ],
    [
      'a repeat is quarantined as a conflict',
      { quarantine: [...good.quarantine, conflict('b')] },
      'not quarantined, or not once',
    ],
    ['the sum is not right', { events: [record('a')] }, '5 went in, 1 events + 1 duplicates + 2'],
  ])('finds that %s', (_, change, said) => {
    expect(faults(change)).toContain(said);
  });

  it('finds that an acknowledged delivery is not on the delivery topic', () => {
    expect(faults({}, 6)).toContain('6 were answered 202, 5 are on the delivery topic');
  });
});
