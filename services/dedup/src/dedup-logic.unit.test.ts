import { HEADER } from '@gemini-events/events';
import type { InputRecord } from '@gemini-events/kafka';
import { describe, expect, it } from 'vitest';
import { createDedupLogic, type Outcome } from './dedup-logic.ts';

const HOUR_MS = 3_600_000;
const DIGEST = 'ab'.repeat(16);
const OTHER_DIGEST = 'cd'.repeat(16);

function delivery(
  id: string,
  overrides: Record<string, string | undefined> = {},
  atMs = HOUR_MS,
): InputRecord {
  const headers: Record<string, Buffer> = {};
  const all = {
    [HEADER.webhookId]: id,
    [HEADER.source]: 'default',
    [HEADER.route]: 'batch',
    [HEADER.bodyDigest]: DIGEST,
    ...overrides,
  };
  for (const [name, value] of Object.entries(all)) {
    if (value !== undefined) headers[name] = Buffer.from(value);
  }
  return {
    offset: 0n,
    timestamp: atMs,
    key: Buffer.from('k'),
    value: Buffer.from(`value of ${id}`),
    headers,
  };
}

function start(windowMs = 48 * HOUR_MS) {
  const counts: Record<Outcome, number> = { published: 0, duplicate: 0, quarantined: 0 };
  const logic = createDedupLogic({
    windowMs,
    topicOf: (route) => route,
    count: (more) => {
      for (const outcome of Object.keys(counts) as Outcome[]) counts[outcome] += more[outcome];
    },
  });
  return { logic, counts };
}

function header(
  record: { headers: Map<Buffer, Buffer> } | undefined,
  name: string,
): string | undefined {
  for (const [key, value] of record?.headers ?? [])
    if (key.toString() === name) return value.toString();
  return undefined;
}

describe('dedup of one partition', () => {
  it('publishes an id once and drops its repeats, within a run and after the commit', () => {
    const { logic, counts } = start();
    const first = logic.process([delivery('a'), delivery('a'), delivery('b')]);
    logic.commit();
    const second = logic.process([delivery('a'), delivery('c')]);
    logic.commit();
    expect(first.output.map(({ value }) => String(value))).toEqual(['value of a', 'value of b']);
    expect(second.output.map(({ value }) => String(value))).toEqual(['value of c']);
    expect(counts).toEqual({ published: 3, duplicate: 2, quarantined: 0 });
  });

  it('remembers nothing of an aborted transaction, so that its events are published by the next', () => {
    const { logic, counts } = start();
    logic.process([delivery('a')]);
    logic.discard();
    expect(logic.process([delivery('a')]).output).toHaveLength(1);
    logic.commit();
    expect(counts.published).toBe(1);
  });

  it('knows after a restore from the changelog what another instance had published', () => {
    const former = start().logic;
    const { changelog } = former.process([delivery('a'), delivery('b')]);
    const { logic } = start();
    changelog.forEach((value) => logic.restore(value));
    changelog.forEach((value) => logic.restore(value));
    expect(logic.process([delivery('a'), delivery('b'), delivery('c')]).output).toHaveLength(1);
  });

  it('keeps the same id of two sources apart', () => {
    const { logic } = start();
    const { output } = logic.process([
      delivery('a'),
      delivery('a', { [HEADER.source]: 'tenant-a' }),
    ]);
    expect(output).toHaveLength(2);
  });

  it('quarantines the same id with another body instead of dropping it', () => {
    const { logic, counts } = start();
    const { output } = logic.process([
      delivery('a'),
      delivery('a', { [HEADER.bodyDigest]: OTHER_DIGEST }),
    ]);
    logic.commit();
    expect(output[1]?.topic).toBe('quarantine');
    expect(header(output[1], 'reason')).toBe('id_conflict');
    expect(counts).toEqual({ published: 1, duplicate: 0, quarantined: 1 });
  });

  it.each([HEADER.webhookId, HEADER.source, HEADER.route, HEADER.bodyDigest])(
    'quarantines a record without the header %s and goes on',
    (name) => {
      const { logic } = start();
      const { output } = logic.process([delivery('a', { [name]: undefined }), delivery('b')]);
      expect(output.map(({ topic }) => topic)).toEqual(['quarantine', 'batch']);
      expect(header(output[0], 'reason')).toBe('headers_missing');
    },
  );

  it('quarantines a record with a route that is none', () => {
    const { logic } = start();
    const { output } = logic.process([delivery('a', { [HEADER.route]: 'dlq' })]);
    expect(header(output[0], 'reason')).toBe('headers_missing');
  });

  it('counts what the ingress had classified for quarantine as quarantined, once', () => {
    const { logic, counts } = start();
    const record = delivery('a', {
      [HEADER.route]: 'quarantine',
      [HEADER.reason]: 'body_not_json',
    });
    const { output } = logic.process([record, record]);
    logic.commit();
    expect(output).toHaveLength(1);
    expect(header(output[0], 'reason')).toBe('body_not_json');
    expect(counts).toEqual({ published: 0, duplicate: 1, quarantined: 1 });
  });

  it('copies key, value, time and all headers unchanged', () => {
    const { logic } = start();
    const record = {
      ...delivery('a'),
      headers: { ...delivery('a').headers, twice: [Buffer.from('1'), Buffer.from('2')] },
    };
    const { output } = logic.process([record]);
    expect(output[0]?.key).toEqual(record.key);
    expect(output[0]?.value).toEqual(record.value);
    expect(output[0]?.timestamp).toBe(record.timestamp);
    const twice = [...(output[0]?.headers ?? [])].filter(([name]) => name.toString() === 'twice');
    expect(twice.map(([, value]) => String(value))).toEqual(['1', '2']);
    expect(output[0]?.headers.size).toBe(6);
  });

  it('publishes an id again when its window has passed, by record time', () => {
    const { logic } = start(10 * HOUR_MS);
    logic.process([delivery('a', {}, HOUR_MS)]);
    logic.commit();
    expect(logic.process([delivery('a', {}, 11 * HOUR_MS - 1)]).output).toHaveLength(0);
    logic.commit();
    expect(logic.process([delivery('a', {}, 11 * HOUR_MS)]).output).toHaveLength(1);
  });
});
