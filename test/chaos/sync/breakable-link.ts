import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A link to a server that can be cut: connections break, and new ones are refused. */
export interface BreakableLink {
  readonly port: number;
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** New connections go to another port of the same host. */
  lead(port: number): void;
}

export async function startLink(to: {
  readonly host: string;
  readonly port: number;
}): Promise<BreakableLink> {
  const open = new Set<Socket>();
  let target = to.port;
  const make = () =>
    createServer((inner) => {
      const outer = connect(target, to.host);
      for (const [one, other] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        open.add(one);
        one.on('error', () => one.destroy());
        one.once('close', () => {
          open.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
  let server = make();
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { readonly port: number }).port;
  };
  const port = await listen(0);
  return {
    port,
    async cut() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
    lead(next) {
      target = next;
    },
    async mend() {
      server = make();
      await listen(port);
    },
  };
}
