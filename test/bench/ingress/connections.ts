import { connect, type Socket } from 'node:net';

const READ_BYTES = 4_096;
const HEAD_END = '\r\n\r\n';
const RECONNECT_MS = 50;

/** What came of one request: an HTTP status, or 0 where the connection broke. */
export type OnAnswer = (status: number, milliseconds: number) => void;

/**
 * Keeps connections busy with one request in flight each. Raw sockets: the load must cost less than
 * what it measures.
 * @param options.next the next request, or null when the load is over
 */
export function openConnections(options: {
  readonly port: number;
  readonly count: number;
  readonly next: () => Buffer | null;
  readonly onAnswer: OnAnswer;
}): Promise<unknown> {
  return Promise.all(Array.from({ length: options.count }, () => keepBusy(options)));
}

function keepBusy(options: Parameters<typeof openConnections>[0]): Promise<void> {
  const { port, next, onAnswer } = options;
  return new Promise((resolve) => {
    let sentAt = 0;
    let isOpen = false;
    let received = '';

    const open = (): Socket =>
      connect({
        port,
        host: '127.0.0.1',
        noDelay: true,
        // One buffer for all reads: no allocation for each answer.
        onread: {
          buffer: Buffer.allocUnsafe(READ_BYTES),
          callback(bytes, buffer) {
            received += (buffer as Buffer).toString('latin1', 0, bytes);
            take();
            return true;
          },
        },
      })
        .on('connect', send)
        .on('error', () => undefined)
        .on('close', () => {
          if (isOpen) onAnswer(0, performance.now() - sentAt);
          isOpen = false;
          received = '';
          setTimeout(() => {
            if (socket.destroyed) socket = open();
          }, RECONNECT_MS);
        });
    let socket = open();

    function send(): void {
      const request = next();
      if (request === null) {
        socket.removeAllListeners('close').destroy();
        resolve();
        return;
      }
      isOpen = true;
      sentAt = performance.now();
      socket.write(request);
    }

    function take(): void {
      const headEnd = received.indexOf(HEAD_END);
      if (headEnd === -1) return;
      const length = /content-length: (\d+)/i.exec(received)?.[1] ?? '0';
      if (received.length < headEnd + HEAD_END.length + Number(length)) return;
      const status = Number(received.slice(9, 12));
      received = '';
      isOpen = false;
      onAnswer(status, performance.now() - sentAt);
      send();
    }
  });
}
