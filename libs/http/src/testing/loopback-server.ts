import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer {
  readonly port: number;
  /** http://127.0.0.1:<port> */
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * A server of this process that answers as it is told.
 * @param onConnect makes it a proxy that refuses all tunnels, and is told where they were to lead
 */
export async function startLoopbackServer(
  answer: RequestListener,
  onConnect?: (target: string) => void,
): Promise<LoopbackServer> {
  const server = createServer(answer);
  if (onConnect !== undefined) {
    server.on('connect', (request, socket) => {
      onConnect(request.url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
