import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BatchingOptions, createBatchingProducer } from './batching-producer.ts';
import type { ProducerRecord, RecordProducer } from './record-producer.ts';
import { ACKED, type RecordSender, type SendOutcome } from './record-sender.ts';

interface OpenRequest {
  readonly keys: readonly string[];
  readonly answer: (outcome: SendOutcome) => void;
}

/** Brokers as a test wants them: each request waits until the test answers it. */
function createFakeKafka() {
  const requests: OpenRequest[] = [];
  const fake = {
    requests,
    isReachable: true,
    opened: 0,
    closed: 0,
    checks: 0,
    openSender: (): RecordSender => {
      fake.opened += 1;
      return {
        send: (records) =>
          new Promise((answer) => {
            requests.push({ keys: records.map(({ key }) => String(key)), answer });
          }),
        check: () => {
          fake.checks += 1;
          return Promise.resolve(fake.isReachable ? ACKED : lost);
        },
        close: () => {
          fake.closed += 1;
          return Promise.resolve();
        },
      };
    },
  };
  return fake;
}

const lost: SendOutcome = { kind: 'lost', cause: new Error('connection closed') };
const again: SendOutcome = { kind: 'again', cause: new Error('no leader') };
const refused: SendOutcome = { kind: 'refused', cause: new Error('too large') };

const record = (key: string, bytes = 10): ProducerRecord => ({
  topic: 't',
  key,
  value: Buffer.alloc(bytes),
  headers: {},
});

describe('the batching producer', () => {
  let kafka: ReturnType<typeof createFakeKafka>;
  let events: string[];
  let producer: RecordProducer;

  const start = (more: Partial<BatchingOptions> = {}): void => {
    producer = createBatchingProducer({
      openSender: kafka.openSender,
      events: { connected: () => events.push('connected'), lost: () => events.push('lost') },
      deliveryTimeoutMs: 1_000,
      maxInFlightBytes: 100_000,
      slots: 2,
      maxBatchBytes: 1_000,
      probeEveryMs: 60_000,
      now: () => performance.now(),
      ...more,
    });
  };

  /** Publishes and tells how it ended. */
  const publish = (key: string, bytes?: number): { outcome: string } => {
    const seen = { outcome: 'open' };
    producer.publish(record(key, bytes)).then(
      () => (seen.outcome = 'acked'),
      (error: Error) => (seen.outcome = error.message),
    );
    return seen;
  };

  const turn = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
  const keysSent = (): (readonly string[])[] => kafka.requests.map(({ keys }) => keys);
  const answer = async (index: number, outcome: SendOutcome): Promise<void> => {
    kafka.requests[index]?.answer(outcome);
    await turn();
  };

  beforeEach(() => {
    vi.useFakeTimers();
    kafka = createFakeKafka();
    events = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends an idle record in the same turn, without waiting for company', async () => {
    start();
    await turn();
    publish('a');
    expect(kafka.requests).toHaveLength(0);
    await turn();
    expect(keysSent()).toEqual([['a']]);
  });

  it('collects records while all slots are busy and sends them together, in order', async () => {
    start();
    await turn();
    publish('a');
    await turn();
    publish('b');
    await turn();
    for (const key of ['c', 'd', 'e']) publish(key);
    await turn();
    expect(keysSent()).toEqual([['a'], ['b']]);
    await answer(0, ACKED);
    expect(keysSent()).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
  });

  it('resolves a publish only when its request is acknowledged', async () => {
    start();
    await turn();
    const a = publish('a');
    await turn();
    const b = publish('b');
    await turn();
    await answer(1, ACKED);
    expect([a.outcome, b.outcome]).toEqual(['open', 'acked']);
    await answer(0, ACKED);
    expect(a.outcome).toBe('acked');
    expect(producer.inFlightBytes).toBe(0);
  });

  it('splits a request at its byte limit; a larger record goes alone', async () => {
    start({ slots: 9 });
    await turn();
    publish('a', 400);
    publish('b', 400);
    publish('c', 5_000);
    publish('d', 400);
    await turn();
    expect(keysSent()).toEqual([['a', 'b'], ['c'], ['d']]);
  });

  it('refuses at once what does not fit the bytes in flight, and takes more when they are free', async () => {
    start({ maxInFlightBytes: 1_000 });
    await turn();
    publish('a', 900);
    const b = publish('b', 900);
    await turn();
    expect(b.outcome).toBe('too many bytes are in flight');
    await answer(0, ACKED);
    publish('c', 900);
    await turn();
    expect(keysSent()).toEqual([['a'], ['c']]);
  });

  it('gives a record up at its deadline and replaces the client that hangs', async () => {
    start();
    await turn();
    const a = publish('a');
    await vi.advanceTimersByTimeAsync(999);
    expect(a.outcome).toBe('open');
    await vi.advanceTimersByTimeAsync(2);
    expect(a.outcome).toContain('did not acknowledge within 1000 ms');
    await turn();
    expect([kafka.opened, kafka.closed, producer.inFlightBytes]).toEqual([2, 1, 0]);
    publish('b');
    await turn();
    expect(keysSent()).toEqual([['a'], ['b']]);
  });

  it('sends lost records again with a new client, in the order of their publish', async () => {
    start();
    await turn();
    const a = publish('a');
    await turn();
    const b = publish('b');
    await turn();
    publish('c');
    kafka.requests[1]?.answer(lost);
    await answer(0, lost);
    expect(keysSent()).toEqual([['a'], ['b'], ['a', 'b', 'c']]);
    await answer(2, ACKED);
    expect([a.outcome, b.outcome]).toEqual(['acked', 'acked']);
    expect(events).toEqual(['connected', 'lost', 'connected']);
  });

  it('repeats what a broker refused for now, after a pause', async () => {
    start();
    await turn();
    const a = publish('a');
    await turn();
    await answer(0, again);
    expect(kafka.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(keysSent()).toEqual([['a'], ['a']]);
    await answer(1, ACKED);
    expect(a.outcome).toBe('acked');
    expect(kafka.opened).toBe(1);
  });

  it('gives up what a broker refused for good, and keeps the client', async () => {
    start();
    await turn();
    const a = publish('a');
    await turn();
    await answer(0, refused);
    expect(a.outcome).toBe('Kafka refused the record: too large');
    expect([kafka.opened, producer.status().ok]).toEqual([1, false]);
  });

  it('holds records through a short outage and refuses at once in a long one', async () => {
    kafka.isReachable = false;
    start();
    await turn();
    const early = publish('early');
    await vi.advanceTimersByTimeAsync(500);
    expect(early.outcome).toBe('open');
    await vi.advanceTimersByTimeAsync(600);
    expect(early.outcome).toContain('did not acknowledge');
    const late = publish('late');
    await turn();
    expect(late.outcome).toBe('Kafka is away');
    expect(producer.status()).toEqual({ ok: false, detail: 'Kafka cannot be reached' });
    kafka.isReachable = true;
    await vi.advanceTimersByTimeAsync(1_100);
    expect(producer.status().ok).toBe(true);
    publish('after');
    await turn();
    expect(keysSent()).toEqual([['after']]);
    expect(events).toEqual(['lost', 'connected']);
  });

  it('finds an outage while idle by asking, and its end too', async () => {
    start({ probeEveryMs: 100 });
    await turn();
    expect(producer.status().ok).toBe(true);
    kafka.isReachable = false;
    await vi.advanceTimersByTimeAsync(250);
    expect(producer.status().ok).toBe(false);
    kafka.isReachable = true;
    await vi.advanceTimersByTimeAsync(1_100);
    expect(producer.status().ok).toBe(true);
  });

  it('lets what is in flight end before it closes, and takes nothing more', async () => {
    start();
    await turn();
    const a = publish('a');
    let isClosed = false;
    void producer.close().then(() => (isClosed = true));
    const late = publish('late');
    await turn();
    expect([late.outcome, isClosed]).toEqual(['the producer is closed', false]);
    await answer(0, ACKED);
    expect([a.outcome, isClosed, kafka.closed]).toEqual(['acked', true, 1]);
  });
});
