import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Settings } from './settings.ts';
import { DEFAULT_SHARES } from './shares.ts';
import {
  NO_TROUBLE,
  type OpenSimulator,
  openSimulator,
  SECRET,
  testWebhook,
} from './testing/fixtures.ts';
import {
  openReceiver,
  type Received,
  type Receiver,
  type Reply,
  verifies,
} from './testing/receiver.ts';

interface Snapshot {
  readonly done: boolean;
  readonly jobs: Readonly<Record<string, number>>;
  readonly events: number;
  readonly delivered: number;
  readonly accepted: number;
  readonly refused: number;
  readonly pending: number;
  readonly repeatsSent: number;
  readonly forgeriesSent: number;
  readonly staleSent: number;
  readonly malformedSent: number;
  readonly unknownSent: number;
  readonly unanswered: number;
  readonly givenUp: number;
  readonly wronglyAccepted: number;
}
interface Accepted {
  readonly webhook_id: string;
  readonly kind: string;
  readonly type: string | null;
  readonly resource_id: string | null;
}

const JOBS = { batch: 12, interaction: 12, video: 6 };
const honest = (delivery: Received): Reply => ({ status: verifies(SECRET, delivery) ? 202 : 401 });

describe('a run', () => {
  let receiver: Receiver;
  let simulator: OpenSimulator;

  const open = async (
    answer: (delivery: Received) => Reply,
    more: Partial<Settings> = {},
  ): Promise<void> => {
    receiver = await openReceiver(answer);
    simulator = openSimulator({
      webhook: testWebhook(receiver.uri),
      shares: DEFAULT_SHARES,
      minDurationMs: 1,
      maxDurationMs: 20,
      ...more,
    });
  };
  const start = async (request: object): Promise<string> => {
    const started = await simulator.call<{ id: string }>('POST', '/simulator/runs', request);
    expect(started.status).toBe(201);
    return started.body.id;
  };
  const snapshot = async (id: string): Promise<Snapshot> =>
    (await simulator.call<Snapshot>('GET', `/simulator/runs/${id}`)).body;
  const whenDone = (id: string): Promise<Snapshot> =>
    vi.waitFor(
      async () => {
        const seen = await snapshot(id);
        expect(seen).toMatchObject({ done: true });
        return seen;
      },
      { timeout: 10_000, interval: 20 },
    );
  const acceptedOf = async (id: string): Promise<Accepted[]> => {
    const answer = await simulator.request('GET', `/simulator/runs/${id}/accepted`);
    const lines = (await answer.text()).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Accepted);
  };

  afterEach(async () => {
    await simulator.close();
    await receiver.close();
  });

  it('adds up at its end: each genuine event was taken, nothing else was', async () => {
    await open(honest);
    const id = await start({ jobs: JOBS, seed: 7 });
    const end = await whenDone(id);
    const { received } = receiver;
    const withStatus = (status: number): Received[] =>
      received.filter((delivery) => delivery.status === status);
    expect(end).toMatchObject({
      jobs: JOBS,
      pending: 0,
      unanswered: 0,
      givenUp: 0,
      wronglyAccepted: 0,
    });
    expect(end.delivered).toBe(received.length);
    expect(end.delivered).toBe(end.accepted + end.refused);
    expect(end.accepted).toBe(withStatus(202).length);
    expect(end.refused).toBe(withStatus(401).length);
    for (const count of [end.repeatsSent, end.forgeriesSent, end.staleSent]) {
      expect(count).toBeGreaterThan(0);
    }
    expect([end.malformedSent > 0, end.unknownSent > 0]).toEqual([true, true]);
    expect(end.refused).toBe(end.forgeriesSent + end.staleSent);
    expect(end.accepted).toBe(end.events + end.repeatsSent);

    const listed = await acceptedOf(id);
    const taken = new Set(withStatus(202).map((delivery) => delivery.id));
    expect(listed).toHaveLength(end.events);
    expect(new Set(listed.map(({ webhook_id }) => webhook_id))).toEqual(taken);
    const ofKind = (kind: string): number => listed.filter((line) => line.kind === kind).length;
    expect(ofKind('malformed')).toBe(end.malformedSent);
    expect(ofKind('unknown')).toBe(end.unknownSent);
    const [event] = listed.filter(({ kind }) => kind === 'event');
    const body = received.find((delivery) => delivery.id === event?.webhook_id)?.body.toString();
    expect(JSON.parse(body ?? '')).toMatchObject({
      type: event?.type,
      data: { id: event?.resource_id },
    });
  });

  it('repeats what was answered 503, under the same id, until it is taken', async () => {
    const refused: string[] = [];
    await open((delivery) => {
      if (verifies(SECRET, delivery) && refused.length < 5) {
        refused.push(delivery.id);
        return { status: 503, headers: { 'retry-after': '1' } };
      }
      return honest(delivery);
    });
    const id = await start({ jobs: JOBS, seed: 7 });
    const end = await whenDone(id);
    expect(refused).toHaveLength(5);
    expect(end.refused).toBe(end.forgeriesSent + end.staleSent + refused.length);
    expect(end.delivered).toBe(end.accepted + end.refused);
    const listed = (await acceptedOf(id)).map(({ webhook_id }) => webhook_id);
    expect(listed).toEqual(expect.arrayContaining(refused));
    expect(new Set(listed).size).toBe(end.events);
  });

  it('counts forgeries and stale deliveries that a careless receiver takes', async () => {
    await open(() => ({ status: 200 }));
    const end = await whenDone(await start({ jobs: JOBS, seed: 7 }));
    expect(end.wronglyAccepted).toBe(end.forgeriesSent + end.staleSent);
    expect(end.wronglyAccepted).toBeGreaterThan(0);
  });

  it('has no trouble where its own shares take all away', async () => {
    await open(honest);
    const end = await whenDone(await start({ jobs: JOBS, shares: NO_TROUBLE }));
    expect(end).toMatchObject({ events: 30, delivered: 30, accepted: 30, refused: 0 });
  });

  it('with the same seed delivers the same number of each type again', async () => {
    await open(honest);
    const typesOf = async (): Promise<string[]> => {
      const id = await start({ jobs: JOBS, seed: 42 });
      await whenDone(id);
      return (await acceptedOf(id)).map(({ type }) => String(type)).sort();
    };
    const first = await typesOf();
    expect(await typesOf()).toEqual(first);
  });

  it('ends when its webhook is deleted before a delivery was taken', async () => {
    await open(() => ({ status: 503 }));
    const id = await start({ jobs: { batch: 2 }, shares: NO_TROUBLE });
    await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(0));
    interface List {
      readonly webhooks: { readonly id: string }[];
    }
    const { webhooks } = (await simulator.call<List>('GET', '/v1/webhooks')).body;
    await simulator.call('DELETE', `/v1/webhooks/${webhooks[0]?.id ?? ''}`);
    const end = await whenDone(id);
    expect(end.accepted).toBe(0);
    expect(end.givenUp).toBe(end.events);
  });

  it('is refused where no webhook is there to deliver to, or where it is asked for wrongly', async () => {
    await open(honest, { webhook: null });
    const refuse = async (request: object): Promise<void> => {
      const { status } = await simulator.call('POST', '/simulator/runs', request);
      expect(status).toBe(400);
    };
    await refuse({ jobs: { batch: 1 } });
    await simulator.close();
    await receiver.close();
    await open(honest);
    for (const request of [
      {},
      { jobs: { batch: -1 } },
      { jobs: { batch: 1, audio: 1 } },
      { jobs: {}, shares: { repeats: 2 } },
      { jobs: {}, ratePerSecond: 0 },
      { jobs: {}, prefix: 'NO' },
    ]) {
      await refuse(request);
    }
  });
});
