import { encodePayload, RawRecord } from '@gemini-events/kafka/wire';
import { describe, expect, it } from 'vitest';
import type { EventFilter } from './event-filter.ts';
import { createMatch } from './match-event.ts';

const ANY: EventFilter = {
  types: [],
  resources: [],
  sources: [],
  labels: {},
  eventIds: null,
  since: null,
  until: null,
};

function record(headers: Readonly<Record<string, string>>, timestamp = 1_000): RawRecord {
  const all = {
    ce_type: 'batch.succeeded',
    'gemini-source': 'default',
    ce_subject: 'batches/b1',
    ce_id: 'msg-1',
    ...headers,
  };
  const payload = encodePayload({
    key: Buffer.from('batches/b1'),
    value: Buffer.from('search'),
    headers: Object.entries(all).map(([name, value]) => [Buffer.from(name), Buffer.from(value)]),
  });
  return RawRecord.of(payload, 0, timestamp);
}

/** The label `team` is what the value says. */
const match = (filter: Partial<EventFilter>) =>
  createMatch({ ...ANY, ...filter }, async (value) => ({ team: value.toString() }));

describe('the filter of a replay', () => {
  it.each<[string, Partial<EventFilter>, Readonly<Record<string, string>>, boolean]>([
    ['nothing', {}, {}, true],
    ['a type', { types: ['batch.failed', 'batch.succeeded'] }, {}, true],
    ['a family', { types: ['batch.*'] }, {}, true],
    ['another family', { types: ['video.*'] }, {}, false],
    ['a type by its alias', { types: ['batch.completed'] }, {}, true],
    ['an alias by its type', { types: ['batch.succeeded'] }, { ce_type: 'batch.completed' }, true],
    ['a type that nobody knows', { types: ['batch.odd'] }, { ce_type: 'batch.odd' }, true],
    ['a job', { resources: ['batches/b1'] }, {}, true],
    ['a job with signs of all kinds', { resources: ['é/日本'] }, { ce_subject: 'é/日本' }, true],
    ['another job', { resources: ['batches/b'] }, {}, false],
    ['a source', { sources: ['other', 'default'] }, {}, true],
    ['an event', { eventIds: ['msg-1'] }, {}, true],
    ['no event at all', { eventIds: [] }, {}, false],
    ['two things of which one does not hold', { types: ['batch.*'], sources: ['x'] }, {}, false],
  ])('asks for %s', (_, filter, headers, isWanted) => {
    expect(match(filter)(record(headers)) !== null).toBe(isWanted);
  });

  it('takes times from the first one on, up to the last one', () => {
    const times = [999, 1_000, 1_999, 2_000].filter(
      (at) => match({ since: 1_000, until: 2_000 })(record({}, at)) !== null,
    );
    expect(times).toEqual([1_000, 1_999]);
  });

  it('reads labels only of what fits otherwise', async () => {
    expect(await match({ labels: { team: 'search' } })(record({}))).toBe('batch.succeeded');
    expect(await match({ labels: { team: 'ads' } })(record({}))).toBeNull();
    expect(match({ labels: { team: 'search' }, types: ['video.*'] })(record({}))).toBeNull();
  });

  it('finds a record without headers by its key', () => {
    const payload = encodePayload({ key: Buffer.from('batches/b1'), value: null });
    const bare = RawRecord.of(payload, 0, 0);
    expect(match({ resources: ['batches/b1'] })(bare)).toBe('untyped');
    expect(match({ types: ['batch.*'] })(bare)).toBeNull();
  });
});
