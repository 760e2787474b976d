import { connect, type Socket } from 'node:net';
import {
  API,
  createFrameSplitter,
  type RequestHeader,
  readCorrelationId,
  readEndTxnError,
  readRequestHeader,
} from './frames.ts';
import type { Catch } from './hold.ts';

export interface LinkOptions {
  readonly brokerPort: number;
  /** A client writes records. */
  readonly onProduce: (clientId: string) => void;
  /** A client commits. @returns the catch that waits for this, if any; it is given once */
  readonly onCommit: (clientId: string) => Catch | undefined;
  /** A client has opened a producer. */
  readonly onOpened: (clientId: string) => void;
}

/** Frames that are passed on, or kept while something is held back. */
interface Gate {
  readonly pass: (frame: Buffer) => void;
  readonly shut: () => void;
  readonly open: () => void;
  readonly isShut: () => boolean;
}

function createGate(write: (frame: Buffer) => void): Gate {
  let kept: Buffer[] | null = null;
  return {
    pass: (frame) => void (kept === null ? write(frame) : kept.push(frame)),
    shut: () => (kept ??= []),
    open() {
      kept?.forEach(write);
      kept = null;
    },
    isShut: () => kept !== null,
  };
}

/**
 * One connection of a client, and the one to the broker for it. What is held back holds up all that
 * comes behind it in the same direction, as a stuck network does. The connection to the broker outlives
 * the client's while a request is held: bytes that are on their way arrive all the same.
 */
export function createLink(client: Socket, options: LinkOptions): { readonly end: () => void } {
  const broker = connect({ port: options.brokerPort, host: '127.0.0.1', noDelay: true });
  client.setNoDelay(true);
  const toBroker = createGate((frame) => broker.write(frame));
  const toClient = createGate((frame) => client.destroyed || client.write(frame));
  /** Requests whose answers are looked at. */
  const asked = new Map<number, { readonly header: RequestHeader; readonly by?: Catch }>();
  const catchAt = (by: Catch, gate: Gate): void => {
    gate.shut();
    by.catch({
      isClientGone: () => client.destroyed,
      letGo() {
        gate.open();
        if (broker.destroyed) client.end();
      },
    });
  };

  const onRequest = (frame: Buffer): void => {
    // What waits behind a held request is looked at no more: only one commit is held at a time.
    if (toBroker.isShut()) return toBroker.pass(frame);
    const header = readRequestHeader(frame);
    if (header.apiKey === API.produce) options.onProduce(header.clientId);
    const isCommit = header.apiKey === API.endTxn;
    const by = isCommit ? options.onCommit(header.clientId) : undefined;
    if (isCommit || header.apiKey === API.initProducerId) {
      asked.set(header.correlationId, by === undefined ? { header } : { header, by });
    }
    if (by !== undefined && by.mode !== 'answer') catchAt(by, toBroker);
    toBroker.pass(frame);
    if (by?.mode === 'request, connection broken') client.destroy();
  };
  const onAnswer = (frame: Buffer): void => {
    const request = asked.get(readCorrelationId(frame));
    if (request === undefined) return toClient.pass(frame);
    const { header, by } = request;
    asked.delete(header.correlationId);
    if (by?.mode === 'answer') catchAt(by, toClient);
    toClient.pass(frame);
    if (header.apiKey === API.initProducerId) options.onOpened(header.clientId);
    else by?.answered(readEndTxnError(frame, header.apiVersion));
    if (client.destroyed && !toBroker.isShut()) broker.destroy();
  };

  const requests = createFrameSplitter();
  const answers = createFrameSplitter();
  client.on('data', (chunk: Buffer) => requests(chunk).forEach(onRequest));
  client.on('error', () => undefined);
  client.on('close', () => {
    if (!toBroker.isShut()) broker.destroy();
  });
  broker.on('data', (chunk: Buffer) => answers(chunk).forEach(onAnswer));
  broker.on('error', () => undefined);
  broker.on('close', () => {
    for (const { by } of asked.values()) by?.answered(null);
    // What came before the end is not lost with it.
    if (!toClient.isShut()) client.end();
  });
  return {
    end() {
      client.destroy();
      broker.destroy();
    },
  };
}
