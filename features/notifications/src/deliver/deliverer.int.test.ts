import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LoopbackServer, startLoopbackServer } from '@gemini-events/http/testing';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { makeDelivererBed } from '../testing/deliverer-bed.ts';

interface Received {
  readonly path: string;
  readonly id: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly at: number;
}

type Answer = (request: Received, response: ServerResponse) => void;

let bed: Awaited<ReturnType<typeof makeDelivererBed>>;
let server: LoopbackServer;
let received: Received[];
let answer: Answer;

const within = { timeout: 10_000, interval: 20 };
const settled = async (...states: readonly string[]) =>
  expect.poll(() => bed.states(), within).toEqual(states);

beforeEach(async () => {
  received = [];
  answer = (_request, response) => response.writeHead(204).end();
  server = await startLoopbackServer((request, response) => {
    void read(request).then((one) => {
      received.push(one);
      answer(one, response);
    });
  });
  bed = await makeDelivererBed(inject('stack').databaseUrl, [server.origin]);
});
afterEach(async () => {
  await bed.close();
  await server.close();
});

async function read(request: IncomingMessage): Promise<Received> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const headers = request.headers as Record<string, string>;
  const body = Buffer.concat(parts).toString();
  const path = request.url ?? '';
  return { path, id: headers['webhook-id'] ?? '', headers, body, at: performance.now() };
}

describe('a delivery', () => {
  it('verifies with the standardwebhooks package, also while its secret is being rotated', async () => {
    const { id, secret } = await bed.addEndpoint(`${server.origin}/hook`);
    const { deliverer } = bed.start();
    deliverer.wake(await bed.outbox.add([bed.message('msg_1')]));
    await settled('delivered');
    const rotated = await bed.addSecret(id, 'v1');
    await bed.addSecret(id, 'v1a');
    // What this process knows of an endpoint is at most a second old.
    await expect
      .poll(async () => {
        const next = `msg_${received.length + 1}`;
        deliverer.wake(await bed.outbox.add([bed.message(next)]));
        await expect.poll(() => received.some((each) => each.id === next), within).toBe(true);
        return received.at(-1)?.headers['webhook-signature']?.split(' ').length;
      }, within)
      .toBe(3);
    for (const { headers, body } of received) {
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    }
    const { headers, body } = received.at(-1)!;
    expect(new Webhook(rotated).verify(body, headers)).toEqual(JSON.parse(body));
  });

  it('keeps its id over all attempts, and each attempt has its own time', async () => {
    await bed.addEndpoint(`${server.origin}/hook`);
    answer = (_one, response) => response.writeHead(received.length < 3 ? 500 : 200).end('told');
    const { deliverer } = bed.start();
    deliverer.wake(await bed.outbox.add([bed.message('msg_1')]));
    await settled('delivered');
    expect(received.map(({ id }) => id)).toEqual(['msg_1', 'msg_1', 'msg_1']);
    const attempts = await bed.attempts();
    expect(attempts.map(({ number, status }) => [number, status])).toEqual([
      [1, 500],
      [2, 500],
      [3, 200],
    ]);
    // Of an origin of the operator's own network nothing is kept.
    expect(attempts.map((each) => each.answer)).toEqual(['', '', '']);
  });

  it('has failed when its schedule is over', async () => {
    await bed.addEndpoint(`${server.origin}/hook`);
    answer = (_one, response) => response.writeHead(500).end();
    const { deliverer } = bed.start({ delaysMs: [20, 20] });
    deliverer.wake(await bed.outbox.add([bed.message('msg_1')]));
    await settled('failed');
    expect(received).toHaveLength(3);
  });

  it('follows no redirect', async () => {
    await bed.addEndpoint(`${server.origin}/hook`);
    answer = ({ path }, response) => {
      if (path === '/hook') response.writeHead(307, { location: `${server.origin}/other` }).end();
      else response.writeHead(200).end();
    };
    const { deliverer } = bed.start({ delaysMs: [] });
    deliverer.wake(await bed.outbox.add([bed.message('msg_1')]));
    await settled('failed');
    expect(received.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('goes nowhere that the guard refuses, and says so in the attempt', async () => {
    await bed.addEndpoint('https://169.254.169.254/latest');
    await bed.addEndpoint(`${server.origin.replace('127.0.0.1', 'localhost')}/hook`);
    const { deliverer } = bed.start({ delaysMs: [] });
    deliverer.wake(await bed.outbox.add([bed.message('msg_1')]));
    await settled('failed', 'failed');
    const attempts = await bed.attempts();
    expect(attempts).toMatchObject([
      { status: null, error: 'ERR_HTTP_REFUSED', answer: '' },
      { status: null, error: 'ERR_HTTP_REFUSED', answer: '' },
    ]);
    expect(received).toEqual([]);
  });

  it('ends with 410: the endpoint is switched off at once', async () => {
    const { id } = await bed.addEndpoint(`${server.origin}/hook`);
    answer = (_one, response) => response.writeHead(410).end();
    const { deliverer, disabled } = bed.start();
    deliverer.wake(await bed.outbox.add([bed.message('msg_1')]));
    await settled('failed');
    await expect.poll(() => disabled, within).toEqual([`${id} gone`]);
    expect(await bed.outbox.add([bed.message('msg_2')])).toEqual([]);
    expect(received).toHaveLength(1);
  });

  it('waits for as long as Retry-After asks, and so does all else for that endpoint', async () => {
    await bed.addEndpoint(`${server.origin}/hook`);
    const times: number[] = [];
    answer = (one, response) => {
      times.push(one.at);
      if (times.length > 1) response.writeHead(200).end();
      else response.writeHead(429, { 'retry-after': '1' }).end();
    };
    const { deliverer } = bed.start({ delaysMs: [10, 10] });
    deliverer.wake(await bed.outbox.add([bed.message('msg_1')]));
    await expect.poll(() => times.length, within).toBe(1);
    deliverer.wake(await bed.outbox.add([bed.message('msg_2')]));
    await settled('delivered', 'delivered');
    for (const time of times.slice(1)) expect(time - (times[0] ?? 0)).toBeGreaterThan(950);
  });

  it('keeps to the rate of its endpoint', async () => {
    await bed.addEndpoint(`${server.origin}/hook`, { perSecond: 4 });
    const messages = Array.from({ length: 10 }, (_, at) => bed.message(`msg_${at}`));
    const { deliverer } = bed.start();
    deliverer.wake(await bed.outbox.add(messages));
    await settled(...messages.map(() => 'delivered'));
    const [first, last] = [received[0], received.at(-1)];
    // Four at once, and then four a second.
    expect((last?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(1_300);
  });
});

describe('a process that ends', () => {
  it('gives what is under way its time, and takes nothing more', async () => {
    await bed.addEndpoint(`${server.origin}/hook`);
    let finish: () => void = () => undefined;
    answer = (_one, response) => {
      finish = () => response.writeHead(200).end();
    };
    const { deliverer } = bed.start();
    deliverer.wake(await bed.outbox.add([bed.message('msg_1')]));
    await expect.poll(() => received.length, within).toBe(1);
    const stopped = deliverer.stop(5_000);
    await bed.outbox.add([bed.message('msg_2')]);
    finish();
    await stopped;
    expect(await bed.states()).toEqual(['delivered', 'waiting']);
  });

  it('leaves what it cannot finish to the next one, with the same id', async () => {
    await bed.addEndpoint(`${server.origin}/hook`);
    answer = () => undefined;
    const { deliverer } = bed.start();
    deliverer.wake(await bed.outbox.add([bed.message('msg_1')]));
    await expect.poll(() => received.length, within).toBe(1);
    await deliverer.stop(0);
    answer = (_one, response) => response.writeHead(200).end();
    bed.start();
    await settled('delivered');
    expect(received.map(({ id }) => id)).toEqual(['msg_1', 'msg_1']);
  });

  it('holds nothing up for longer than its lease when it is killed', async () => {
    await bed.addEndpoint(`${server.origin}/hook`);
    const killed = bed.start({ leaseMs: 300 });
    answer = () => undefined;
    killed.deliverer.wake(await bed.outbox.add([bed.message('msg_1')]));
    await expect.poll(() => received.length, within).toBe(1);
    // As a kill does, it neither settles nor releases: its request never gets an answer.
    answer = (_one, response) => response.writeHead(200).end();
    bed.start();
    await settled('delivered');
    expect(received.map(({ id }) => id)).toEqual(['msg_1', 'msg_1']);
  });
});
