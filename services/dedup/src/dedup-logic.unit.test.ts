import { HEADER } from '@gemini-events/events';
import { encodePayload, RawRecord } from '@gemini-events/kafka/wire';
import { describe, expect, it } from 'vitest';
import {
  DIGEST,
  delivery,
  HOUR_MS,
  OTHER_DIGEST,
  readBack,
  startLogic,
} from './testing/deliveries.ts';

describe('dedup of one partition by webhook-id', () => {
  it('publishes an id once and drops its repeats, within a run and after the commit', () => {
    const { commit, counts } = startLogic();
    expect(commit(delivery('a'), delivery('a'), delivery('b'))).toEqual(['batch:a', 'batch:b']);
    expect(commit(delivery('a'), delivery('c'))).toEqual(['batch:c']);
    expect(counts).toMatchObject({ published: 3, repeatedIds: 2, repeatedResources: 0 });
  });

  it('remembers nothing of an aborted transaction, so that its events are published by the next', () => {
    const { logic, commit, counts } = startLogic();
    logic.process([delivery('a')]);
    logic.discard();
    expect(commit(delivery('a'))).toEqual(['batch:a']);
    expect(counts.published).toBe(1);
  });

  it('knows after a restore from the changelog what another instance had published', () => {
    const { changelog } = startLogic().logic.process([delivery('a'), delivery('b')]);
    const { logic, commit } = startLogic();
    changelog.forEach((value) => logic.restore(value));
    changelog.forEach((value) => logic.restore(value));
    expect(commit(delivery('a'), delivery('b'), delivery('c'))).toEqual(['batch:c']);
  });

  it('keeps the same id of two sources apart', () => {
    const { commit } = startLogic();
    const other = delivery('a', { [HEADER.source]: 'tenant-a' });
    expect(commit(delivery('a'), other)).toHaveLength(2);
  });

  it('takes the key that the ingress gave in place of the webhook-id', () => {
    const { commit, counts } = startLogic();
    const given = { [HEADER.dedupKey]: DIGEST, [HEADER.scheme]: 'jwt' };
    expect(commit(delivery('a', given), delivery('b', given))).toEqual(['batch:a']);
    expect(counts.repeatedIds).toBe(1);
  });

  it('quarantines the same id with another body instead of dropping it, each time', () => {
    const { commit, counts } = startLogic();
    const other = delivery('a', { [HEADER.bodyDigest]: OTHER_DIGEST });
    expect(commit(delivery('a'), other)).toEqual(['batch:a', 'quarantine:a:id_conflict']);
    expect(commit(other, delivery('a'))).toEqual(['quarantine:a:id_conflict']);
    expect(counts).toMatchObject({ published: 1, repeatedIds: 1, conflicts: 2 });
  });

  it.each([HEADER.webhookId, HEADER.source, HEADER.route, HEADER.bodyDigest])(
    'quarantines a record without the header %s and goes on',
    (name) => {
      const { commit, counts } = startLogic();
      const records = [delivery('a', { [name]: undefined }), delivery('b')];
      expect(commit(...records)).toEqual(['quarantine:a:headers_missing', 'batch:b']);
      expect(counts).toMatchObject({ published: 1, unreadable: 1 });
    },
  );

  it.each([
    ['a route that is none', { [HEADER.route]: 'dlq' }],
    ['a digest that is too short', { [HEADER.bodyDigest]: 'ab'.repeat(8) }],
    ['a digest in capitals', { [HEADER.bodyDigest]: 'AB'.repeat(16) }],
    ['an empty source', { [HEADER.source]: '' }],
  ])('quarantines a record with %s', (_, headers) => {
    const { commit } = startLogic();
    expect(commit(delivery('a', headers))).toEqual(['quarantine:a:headers_missing']);
  });

  it('quarantines a record in which a required header occurs twice: neither is to be believed', () => {
    const twice = [...delivery('a').headers(), [Buffer.from(HEADER.route), Buffer.from('video')]];
    const payload = encodePayload({
      key: null,
      value: Buffer.from('a'),
      headers: twice as [Buffer, Buffer][],
    });
    const record = RawRecord.of(payload, 0, HOUR_MS);
    expect(startLogic().commit(record)).toEqual(['quarantine:a:headers_missing']);
  });

  it('counts what the ingress had classified for quarantine as quarantined, once', () => {
    const { commit, counts } = startLogic();
    const headers = { [HEADER.route]: 'quarantine', [HEADER.reason]: 'body_not_json' };
    const record = delivery('a', headers);
    expect(commit(record, record)).toEqual(['quarantine:a:body_not_json']);
    expect(counts).toMatchObject({ published: 0, classified: 1, repeatedIds: 1 });
  });

  it.each(['batch', 'interaction', 'video', 'unknown'] as const)('routes %s', (route) => {
    const { commit } = startLogic();
    expect(commit(delivery('a', { [HEADER.route]: route }))).toEqual([`${route}:a`]);
  });

  it('copies key, value, time and all headers byte for byte', () => {
    const { logic } = startLogic();
    const record = delivery('a', { other: 'x' });
    const { output } = logic.process([record]);
    expect(output[0]?.payload).toBe(record);
    expect(output[0]?.timestamp).toBe(record.timestamp);
  });

  it('quarantines with key, value, time and headers as they were, but for the reason', () => {
    const { logic } = startLogic();
    const record = delivery('a', { [HEADER.source]: undefined, [HEADER.reason]: 'x', other: 'y' });
    const { output } = logic.process([record]);
    const [first] = output;
    const read = first === undefined ? undefined : readBack(first);
    expect(read?.key).toEqual(record.key);
    expect(read?.value).toEqual(record.value);
    expect(first?.timestamp).toBe(record.timestamp);
    const kept = record.headers().filter(([name]) => name.toString() !== HEADER.reason);
    const reason = [Buffer.from(HEADER.reason), Buffer.from('headers_missing')];
    expect(read?.headers()).toEqual([...kept, reason]);
  });

  it('says what its store takes', () => {
    const { logic, commit } = startLogic();
    commit(delivery('a'), delivery('b'));
    expect(logic.stats()).toMatchObject({ ids: 2, segments: 1 });
    expect(logic.stats().bytes).toBeGreaterThan(0);
  });
});
