import type { Server } from 'node:http';
import { BridgeError } from '@gemini-events/events';
import { createAdaptorServer } from '@hono/node-server';
import type { Api } from './api.ts';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** What is under way may take 15 s: some calls wait for somebody else's server. */
const CLOSE_TIMEOUT_MS = 20_000;
const SWEEP_EVERY_MS = 50;

export interface Listening {
  readonly port: number;
  /** Takes nothing new, and resolves when all that runs has been answered. */
  close(): Promise<void>;
}

/** Serves an API over HTTP. @throws BridgeError ERR_PORT_TAKEN */
export async function listen(
  app: Pick<Api, 'fetch'>,
  at: {
    readonly host: string;
    /** 0: any free one. */
    readonly port: number;
    /** Name of the setting that the port is of; told when it is taken. */
    readonly portSetting: string;
  },
): Promise<Listening> {
  const { host, port, portSetting } = at;
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 1_000,
    },
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const message = `port ${port} on ${host} is taken: set ${portSetting}`;
      reject(
        cause.code === 'EADDRINUSE' ? new BridgeError('ERR_PORT_TAKEN', message, { cause }) : cause,
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  let closing: Promise<void> | undefined;
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => (closing ??= close(server)),
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // A connection that is kept alive becomes idle when its answer is sent, and would stay open.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_EVERY_MS);
    const force = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
