import type { ServerResponse } from 'node:http';
import { startLoopbackServer } from '@gemini-events/http/testing';

interface Received {
  readonly path: string;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Receiver {
  readonly origin: string;
  readonly received: readonly Received[];
  /** Of all deliveries, also where they are not kept. */
  readonly count: () => number;
  /** How deliveries are answered from now on; challenges are met in any case. */
  answerWith(answer: (request: Received, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

/**
 * An endpoint of a customer on loopback: it says of itself what it is asked, and 204 to deliveries.
 * @param keep whether it remembers deliveries
 */
export async function startReceiver({ keep = true } = {}): Promise<Receiver> {
  const received: Received[] = [];
  let count = 0;
  let answer = (_request: Received, response: ServerResponse): void => {
    response.writeHead(204).end();
  };
  const server = await startLoopbackServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      const body = Buffer.concat(parts).toString();
      const id = headers['webhook-id'] ?? '';
      if (id.startsWith('msg_ver_')) {
        const { data } = JSON.parse(body) as { data: { challenge: string } };
        response.writeHead(200).end(JSON.stringify({ challenge: data.challenge }));
        return;
      }
      const one = { path: request.url ?? '', id, headers, body, at: Date.now() };
      count += 1;
      if (keep) received.push(one);
      answer(one, response);
    });
  });
  return {
    origin: server.origin,
    received,
    count: () => count,
    answerWith: (next) => {
      answer = next;
    },
    close: () => server.close(),
  };
}
