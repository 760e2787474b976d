import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type Asked, type Bed, makeBed } from './bed.ts';
import { readTopic } from './read-topic.ts';

const SOON = { timeout: 50_000, interval: 100 };

describe('a consumer on Kafka and Postgres', () => {
  let bed: Bed;
  beforeAll(async () => {
    bed = await makeBed(inject('stack'));
  });
  afterAll(() => bed?.close());

  const effects = async (): Promise<readonly { event_id: string; resource: string }[]> =>
    (await bed.db.query('select event_id, resource from effects order by seq')).rows;
  /** Each once: a crash right after one was written may have written it again, with the same origin. */
  const deadLetters = async () => {
    const read = await readTopic(bed, bed.topics.dlq('fixture'));
    const originOf = ({ headers }: (typeof read)[number]): string =>
      `${String(headers['dlq-partition'])}/${String(headers['dlq-offset'])}`;
    return [...new Map(read.map((each) => [originOf(each), each])).values()];
  };

  const effectIds = async () => (await effects()).map(({ event_id }) => event_id).toSorted();
  const dead = async () =>
    (await deadLetters()).map(({ key, headers }) => ({
      key: String(key),
      id: String(headers['ce_id'] ?? ''),
      code: String(headers['dlq-error-code']),
      attempts: Number(headers['dlq-attempts']),
    }));
  const starts = async (): Promise<unknown> =>
    (await bed.db.query('select count(*)::int as starts from starts')).rows;
  const readyInstance = async (name: string) => {
    const instance = await bed.launch(name);
    await vi.waitFor(async () => expect(await instance.isReady()).toBe(true), SOON);
    return instance;
  };

  it('P5: poison ends as a dead letter after its attempts, and the partition goes on', async () => {
    const asked: Asked[] = [
      { id: 'good-1', resource: 'batches/a' },
      { id: 'throws', resource: 'batches/a', do: 'throw' },
      { id: 'good-2', resource: 'batches/a' },
      { id: 'buried', resource: 'batches/b', do: 'dead' },
      { id: 'skipped', resource: 'batches/b', do: 'skip' },
    ];
    await bed.publish(asked, ['batches/a', 'batches/d']);
    const instance = await bed.launch('one');
    await vi.waitFor(async () => {
      expect(await effectIds()).toEqual(['good-1', 'good-2']);
      expect(await deadLetters()).toHaveLength(4);
    }, SOON);
    await instance.stop();
    const unreadable = { id: '', code: 'ERR_SCHEMA_UNKNOWN', attempts: 1 };
    expect(new Set(await dead())).toEqual(
      new Set([
        { key: 'batches/a', id: 'throws', code: 'ERR_UNEXPECTED', attempts: 4 },
        { key: 'batches/b', id: 'buried', code: 'E_ASKED', attempts: 1 },
        { ...unreadable, key: 'batches/a' },
        { ...unreadable, key: 'batches/d' },
      ]),
    );
    const statuses = await readTopic(bed, bed.topics.processing);
    const ended = statuses.map(({ headers }) => [
      String(headers['webhook-id']),
      String(headers['ce_type']),
    ]);
    expect(Object.fromEntries(ended)).toEqual({
      'good-1': 'gemini.processing.done',
      'good-2': 'gemini.processing.done',
      skipped: 'gemini.processing.skipped',
      buried: 'gemini.processing.dead_lettered',
      throws: 'gemini.processing.dead_lettered',
    });
  }, 120_000);

  it('P5: a handler that ends the process is given up, and nothing that ran beside it', async () => {
    const beside = Array.from({ length: 12 }, (_, at) => `beside-${at}`);
    const asked: Asked[] = [
      { id: 'exits', resource: 'batches/c', do: 'exit' },
      { id: 'good-3', resource: 'batches/c' },
      ...beside.map((id, at) => ({ id, resource: `batches/beside-${at}`, do: 'slow 300' })),
    ];
    await bed.publish(asked);
    // Whoever runs services starts them again when they end.
    const over = new AbortController();
    let current = await bed.launch('one');
    const keeping = (async () => {
      while (!over.signal.aborted) {
        await current.exited;
        if (!over.signal.aborted) current = await bed.launch('one');
      }
    })();
    try {
      await vi.waitFor(
        async () =>
          expect(await effectIds()).toEqual(expect.arrayContaining([...beside, 'good-3'])),
        { ...SOON, timeout: 110_000 },
      );
    } finally {
      over.abort();
      await current.stop();
      await keeping;
    }
    const found = (await dead()).filter(({ key }) => key === 'batches/c' || /beside/.test(key));
    expect(found).toEqual([
      { key: 'batches/c', id: 'exits', code: 'ERR_CONSUMER_CRASHED', attempts: 4 },
    ]);
  }, 180_000);

  it('P5: a dead letter stays dead after a restart', async () => {
    const before = await starts();
    const instance = await readyInstance('two');
    await bed.publish([{ id: 'last', resource: 'batches/c' }]);
    await vi.waitFor(async () => expect(await effectIds()).toContain('last'), SOON);
    await instance.stop();
    expect(await starts()).toEqual(before);
  }, 120_000);
});
