import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { countBrokers } from './ask-brokers.ts';

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

/** A node that answers each request with these bytes after the length and the correlation id. */
function listen(answer: Buffer | null): Promise<number> {
  return new Promise((resolve) => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => (answer === null ? socket.destroy() : socket.write(answer)));
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server?.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function metadata(brokers: number): Buffer {
  const answer = Buffer.alloc(16);
  answer.writeInt32BE(12, 0);
  answer.writeInt32BE(1, 4);
  answer.writeInt32BE(brokers, 12);
  return answer;
}

it('the number of brokers is read from the answer', async () => {
  expect(await countBrokers('127.0.0.1', await listen(metadata(3)))).toBe(3);
});

it('a node that closes the connection is not ready', async () => {
  await expect(countBrokers('127.0.0.1', await listen(null))).rejects.toThrow(
    'closed without an answer',
  );
});
