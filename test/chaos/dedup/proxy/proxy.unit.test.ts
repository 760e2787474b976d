import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFrameSplitter, readCorrelationId, readRequestHeader } from './frames.ts';
import { type CommitProxy, startCommitProxy } from './proxy.ts';
import { answer, request } from './testing/frames.ts';

const PRODUCE = 0;
const END_TXN = 26;
const INIT_PRODUCER_ID = 22;
const PRODUCER_FENCED = 90;
const CLIENT = 'chaos.dedup-1';

let broker: Server;
let proxy: CommitProxy;
/** Correlation ids in the order in which they reached the broker. */
let arrived: number[];
let errorCode: number;

beforeEach(async () => {
  arrived = [];
  errorCode = 0;
  broker = createServer((socket) => {
    const split = createFrameSplitter();
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      for (const { correlationId } of split(chunk).map(readRequestHeader)) {
        arrived.push(correlationId);
        socket.write(answer(correlationId, errorCode));
      }
    });
  });
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
  proxy = await startCommitProxy((broker.address() as AddressInfo).port);
});

afterEach(() => {
  proxy.close();
  broker.close();
});

/** A client, and the correlation ids that it was answered. */
function open(clientId = CLIENT): {
  readonly socket: Socket;
  readonly answered: number[];
  readonly send: (apiKey: number, correlationId: number) => void;
} {
  const socket = connect(proxy.port, '127.0.0.1');
  const answered: number[] = [];
  const split = createFrameSplitter();
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => answered.push(...split(chunk).map(readCorrelationId)));
  const send = (apiKey: number, correlationId: number): void => {
    socket.write(request({ apiKey, apiVersion: 3, correlationId, clientId }));
  };
  return { socket, answered, send };
}

describe('the proxy that holds back commits', () => {
  it('passes on what it was not asked to hold back', async () => {
    proxy.holdNext('another client', 'request');
    proxy.holdNext(CLIENT, 'request');
    const other = open('a third client');
    const { send, answered } = open();
    // A commit of nothing written.
    [1, 2].forEach((id) => send(END_TXN, id));
    other.send(PRODUCE, 3);
    other.send(END_TXN, 4);
    await vi.waitFor(() => expect([...answered, ...other.answered]).toEqual([1, 2, 3, 4]));
  });

  it('holds back an answer and those behind it; the broker has the commit already', async () => {
    const hold = proxy.holdNext(CLIENT, 'answer');
    const { send, answered } = open();
    [PRODUCE, END_TXN, 3].forEach((apiKey, index) => send(apiKey, index + 1));
    await hold.caught;
    await vi.waitFor(() => expect(arrived).toEqual([1, 2, 3]));
    await vi.waitFor(() => expect(answered).toEqual([1]));
    await delay(30);
    expect(answered).toEqual([1]);
    expect(await hold.release()).toBe(0);
    await vi.waitFor(() => expect(answered).toEqual([1, 2, 3]));
  });

  it('holds back a request, which reaches the broker after the client has closed and opened anew', async () => {
    const hold = proxy.holdNext(CLIENT, 'request');
    const first = open();
    first.send(PRODUCE, 1);
    first.send(END_TXN, 2);
    await hold.caught;
    first.socket.destroy();
    await vi.waitFor(() => expect(hold.isClientGone()).toBe(true));
    expect(hold.hasReopened()).toBe(false);

    const second = open();
    second.send(INIT_PRODUCER_ID, 11);
    await vi.waitFor(() => expect(hold.hasReopened()).toBe(true));
    second.send(END_TXN, 12);
    await vi.waitFor(() => expect(second.answered).toEqual([11, 12]));
    errorCode = PRODUCER_FENCED;
    expect(await hold.release()).toBe(PRODUCER_FENCED);
    expect(arrived).toEqual([1, 11, 12, 2]);
  });

  it('breaks the connection of the client at once where that was asked for', async () => {
    const hold = proxy.holdNext(CLIENT, 'request, connection broken');
    const { socket, send, answered } = open();
    send(PRODUCE, 1);
    send(END_TXN, 2);
    await once(socket, 'close');
    expect(await hold.release()).toBe(0);
    expect(arrived).toEqual([1, 2]);
    expect(answered).not.toContain(2);
  });

  it('closes the connection of a client when the broker is away', async () => {
    broker.close();
    const { socket } = open();
    await once(socket, 'close');
    expect(arrived).toEqual([]);
  });
});
