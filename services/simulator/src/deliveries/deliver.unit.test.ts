import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AttemptResult, Tally } from '../runs/tally.ts';
import { createRandom } from '../util/random.ts';
import { createScheduler } from '../util/scheduler.ts';
import { createDeliverer, type Deliverer, type Delivery } from './deliver.ts';
import { Limiter } from './limiter.ts';
import type { Answer, Sender } from './send.ts';

type Post = Parameters<Sender['send']>[0];

const retry = { baseMs: 100, capMs: 5_000, giveUpAfterMs: 60_000 };

describe('delivering an event', () => {
  let answers: Answer[];
  let posts: Post[];
  let results: AttemptResult[];
  let tally: Tally;
  let isGone: boolean;
  let deliverer: Deliverer;

  const answer = (status: number | null, retryAfter: string | null = null): Answer => ({
    status,
    retryAfter,
  });
  const event = (): Delivery => {
    tally.eventFired('event');
    return {
      webhookId: 'msg_1',
      kind: 'event',
      type: 'batch.succeeded',
      resourceId: 'batches/b1',
      body: Buffer.from('{}'),
      tally,
      target: {
        uri: 'http://127.0.0.1/',
        isGone: () => isGone,
        sign: ({ webhookId, timestamp }) => `signed ${webhookId} ${timestamp}`,
        forge: () => 'forged',
      },
    };
  };

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000_000 });
    answers = [];
    posts = [];
    results = [];
    tally = new Tally();
    tally.allStarted();
    isGone = false;
    deliverer = createDeliverer({
      sender: {
        send: (post) => {
          posts.push(post);
          return Promise.resolve(answers.shift() ?? answer(503));
        },
        close: () => Promise.resolve(),
      },
      limiter: new Limiter(4),
      scheduler: createScheduler(),
      random: createRandom(1),
      now: Date.now,
      retry,
      onAttempt: (result) => results.push(result),
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ends with the first 2xx', async () => {
    answers = [answer(202)];
    const onAccepted = vi.fn();
    deliverer.deliver(event(), onAccepted);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts).toHaveLength(1);
    expect(onAccepted).toHaveBeenCalledOnce();
    expect(tally.accepted).toEqual([
      { webhookId: 'msg_1', kind: 'event', type: 'batch.succeeded', resourceId: 'batches/b1' },
    ]);
    expect(tally.snapshot()).toMatchObject({ done: true, accepted: 1, refused: 0 });
  });

  it('tries again with the same id and a fresh, freshly signed timestamp', async () => {
    answers = [answer(503, '3'), answer(200)];
    deliverer.deliver(event());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(posts.map(({ headers }) => headers['webhook-id'])).toEqual(['msg_1', 'msg_1']);
    expect(posts.map(({ headers }) => headers['webhook-timestamp'])).toEqual([
      '1000000',
      '1000003',
    ]);
    expect(posts[1]?.headers['webhook-signature']).toBe('signed msg_1 1000003');
  });

  it('waits as long as Retry-After asks for', async () => {
    answers = [answer(503, '2'), answer(200)];
    deliverer.deliver(event());
    await vi.advanceTimersByTimeAsync(1_999);
    expect(posts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(posts).toHaveLength(2);
  });

  it.each([null, 199, 301, 400, 401, 410, 500])('takes %s as a failure', async (status) => {
    answers = [answer(status), answer(204)];
    deliverer.deliver(event());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(results).toEqual([status === null ? 'unanswered' : 'refused', 'accepted']);
    expect(tally.snapshot()).toMatchObject({ done: true, delivered: 2, accepted: 1, refused: 1 });
  });

  it('gives an event up after long enough, so that its run ends without it', async () => {
    deliverer.deliver(event());
    await vi.advanceTimersByTimeAsync(retry.giveUpAfterMs);
    expect(tally.snapshot()).toMatchObject({ done: false, pending: 1 });
    await vi.advanceTimersByTimeAsync(2 * retry.capMs);
    expect(tally.snapshot()).toMatchObject({ done: true, events: 1, givenUp: 1, accepted: 0 });
    const attempts = posts.length;
    await vi.advanceTimersByTimeAsync(retry.giveUpAfterMs);
    expect(posts).toHaveLength(attempts);
  });

  it('gives an event up when its webhook was deleted', async () => {
    deliverer.deliver(event());
    await vi.advanceTimersByTimeAsync(0);
    isGone = true;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(posts).toHaveLength(2);
    expect(tally.snapshot()).toMatchObject({ done: true, givenUp: 1 });
  });

  it('sends an extra once, whatever comes of it, and counts a wrongly accepted one', async () => {
    answers = [answer(401), answer(200), answer(200)];
    const delivery = event();
    for (const kind of ['forgery', 'stale', 'repeat'] as const) {
      tally.extraPlanned();
      deliverer.sendExtra(kind, delivery, kind === 'stale' ? { ageSeconds: 600 } : {});
    }
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posts).toHaveLength(3);
    expect(posts[1]?.headers['webhook-timestamp']).toBe(String(1_000_000 - 600));
    expect(tally.snapshot()).toMatchObject({
      forgeriesSent: 1,
      staleSent: 1,
      repeatsSent: 1,
      wronglyAccepted: 1,
    });
  });

  it('sends a changed body under the signature of the one that was signed', async () => {
    const changed = Buffer.from('{"changed":1}');
    tally.extraPlanned();
    deliverer.sendExtra('forgery', event(), { sentBody: changed });
    tally.extraPlanned();
    deliverer.sendExtra('forgery', event(), { isForged: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(posts[0]?.body).toBe(changed);
    expect(posts[0]?.headers['webhook-signature']).toBe('signed msg_1 1000000');
    expect(posts[1]?.headers['webhook-signature']).toBe('forged');
  });
});
