import { createServer, type Server } from 'node:http';
import { BridgeError } from '@gemini-events/events';
import type { Metrics } from './metrics.ts';

/** Whether a process can do its work now; `detail` says what it waits for. */
export interface Health {
  readonly ok: boolean;
  readonly detail: string;
}

export interface AdminServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/livez`, `/readyz` and `/metrics`, apart from any public port.
 * @throws BridgeError ERR_PORT_TAKEN
 */
export async function startAdminServer(options: {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  readonly live: () => Health;
  readonly ready: () => Health;
}): Promise<AdminServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type }).end(body);
    };
    const health = ({ ok, detail }: Health): void =>
      answer(ok ? 200 : 503, 'application/json', `${JSON.stringify({ ok, detail })}\n`);
    const path = request.url?.split('?', 1)[0];
    if (request.method !== 'GET') answer(405, 'text/plain', 'only GET\n');
    else if (path === '/livez') health(options.live());
    else if (path === '/readyz') health(options.ready());
    else if (path === '/metrics') {
      options.metrics.text().then(
        (text) => answer(200, options.metrics.contentType, text),
        () => answer(500, 'text/plain', 'metrics failed\n'),
      );
    } else answer(404, 'text/plain', 'one of /livez, /readyz, /metrics\n');
  });
  await listen(server, options.host, options.port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'EADDRINUSE'
          ? new BridgeError('ERR_PORT_TAKEN', `port ${port} on ${host} is taken: set ADMIN_PORT`, {
              cause,
            })
          : cause,
      );
    });
    server.listen(port, host, resolve);
  });
}
