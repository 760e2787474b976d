import { describe, expect, it } from 'vitest';
import { faultsOf, verify } from './verify.ts';

const planned = ['a', 'b', 'a', 'c'].map((webhookId) => ({ webhookId, body: '' }));
const record = (webhookId: string, key = 'k') => ({ topic: 't', partition: 0, key, webhookId });
const deliveries = ['a', 'b', 'a', 'c'].map((id) => record(id));
const faults = (events: readonly string[], acknowledged = ['a', 'b', 'c']): string[] =>
  faultsOf(
    verify(planned, new Set(acknowledged), {
      deliveries,
      events: events.map((id) => record(id)),
      quarantine: [],
    }),
  );

describe('the verifier of the chaos run', () => {
  it('is content when every id came out once and in order', () => {
    expect(faults(['a', 'b', 'c'])).toEqual([]);
  });

  it.each([
    ['an id is lost', ['a', 'b'], 'missing'],
    ['an id comes twice', ['a', 'b', 'a', 'c'], 'more than once'],
    ['the order of a key is broken', ['b', 'a', 'c'], 'out of order'],
    ['something comes out that never went in', ['a', 'b', 'c', 'x'], 'never sent'],
  ])('finds that %s', (_, events, said) => {
    expect(faults(events).join('; ')).toContain(said);
  });
});
