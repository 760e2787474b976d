import type { Server } from 'node:http';
import { BridgeError } from '@gemini-events/events';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves an app over HTTP.
 * @throws BridgeError ERR_PORT_TAKEN
 */
export async function listen(app: Hono, host: string, port: number): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const message = `port ${port} on ${host} is taken: set SIMULATOR_PORT`;
      reject(
        cause.code === 'EADDRINUSE' ? new BridgeError('ERR_PORT_TAKEN', message, { cause }) : cause,
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
