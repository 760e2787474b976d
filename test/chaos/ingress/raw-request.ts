import { connect } from 'node:net';

export interface RawOutcome {
  /** Status of each answer, in order. */
  readonly statuses: readonly number[];
  /** Whether the other end closed; otherwise the time limit did. */
  readonly isClosed: boolean;
  readonly sentBytes: number;
  readonly seconds: number;
}

/**
 * Writes bytes as they are, as fast as the other end takes them, and reads what comes until it closes,
 * enough answers are there, or the time is over.
 */
export function rawRequest(
  port: number,
  parts: Iterable<Buffer>,
  options: { readonly answers: number; readonly limitMs: number },
): Promise<RawOutcome> {
  return new Promise((resolve) => {
    const beganAt = performance.now();
    let received = '';
    let isOver = false;
    const statuses = (): number[] =>
      [...received.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
    const end = (isClosed: boolean): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(limit);
      const seconds = (performance.now() - beganAt) / 1_000;
      resolve({ statuses: statuses(), isClosed, sentBytes: socket.bytesWritten, seconds });
      socket.destroy();
    };
    const limit = setTimeout(() => end(false), options.limitMs);
    const source = parts[Symbol.iterator]();
    const write = (): void => {
      for (
        let next = source.next();
        !socket.destroyed && next.done !== true;
        next = source.next()
      ) {
        if (!socket.write(next.value)) {
          socket.once('drain', write);
          return;
        }
      }
    };
    const socket = connect({ port, host: '127.0.0.1' })
      .on('connect', write)
      .on('data', (chunk) => {
        received += chunk.toString('latin1');
        if (statuses().length >= options.answers) end(false);
      })
      .on('error', () => undefined)
      .on('close', () => end(true));
  });
}
