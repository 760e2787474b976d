import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSender, type Sender } from './send.ts';

describe('sending a delivery', () => {
  let server: Server;
  let sender: Sender;
  let answer: (response: ServerResponse) => void;
  let requests: string[];
  const post = (path = '/hook') => {
    const { port } = server.address() as AddressInfo;
    const uri = `http://127.0.0.1:${port}${path}`;
    return sender.send({ uri, headers: { 'webhook-id': 'msg_1' }, body: Buffer.from('{}') });
  };

  beforeEach(async () => {
    requests = [];
    sender = createSender({ connections: 2, timeoutMs: 100 });
    server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await sender.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('tells status and Retry-After', async () => {
    answer = (response) => response.writeHead(503, { 'retry-after': '7' }).end('busy');
    expect(await post()).toEqual({ status: 503, retryAfter: '7' });
    expect(requests).toEqual(['POST /hook']);
  });

  it('does not follow a redirect', async () => {
    answer = (response) => response.writeHead(307, { location: '/other' }).end();
    expect(await post()).toEqual({ status: 307, retryAfter: null });
    expect(requests).toEqual(['POST /hook']);
  });

  it('has no status where the connection breaks', async () => {
    answer = (response) => response.destroy();
    expect(await post()).toEqual({ status: null, retryAfter: null });
  });

  it('has no status where no answer comes in time', async () => {
    answer = () => undefined;
    expect(await post()).toEqual({ status: null, retryAfter: null });
  });
});
