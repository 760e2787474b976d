import { createServer } from 'node:net';

/** Whether nobody listens on a port of loopback. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** The preferred port of loopback if it is free, otherwise any free one. */
export async function findFreePort(
  preferred = 0,
  taken: ReadonlySet<number> = new Set(),
): Promise<number> {
  if (preferred !== 0 && !taken.has(preferred) && (await isFree(preferred))) return preferred;
  for (;;) {
    const port = await anyPort();
    if (!taken.has(port)) return port;
  }
}

function anyPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}
