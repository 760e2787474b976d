import { type AddressInfo, createServer } from 'node:net';
import { type Catch, createHold, type Hold, type HoldMode } from './hold.ts';
import { createLink } from './link.ts';

/** Stands between clients and a broker and can hold back commits (EndTxn). */
export interface CommitProxy {
  readonly port: number;
  /**
   * Holds back the next commit of a client, one at a time for each; not one of consumed offsets alone,
   * as a transaction of nothing but repeats has it: it leaves no record that could come back.
   */
  readonly holdNext: (clientId: string, mode: HoldMode) => Hold;
  /** Awaits the commit no more; false when there was none awaited, because it has come. */
  readonly forget: (clientId: string) => boolean;
  readonly close: () => void;
}

/**
 * A proxy on loopback. The listener of the broker behind it has to advertise the proxy's port, or its
 * clients would go around it.
 */
export async function startCommitProxy(brokerPort: number): Promise<CommitProxy> {
  const awaited = new Map<string, Catch>();
  const latest = new Map<string, Catch>();
  /** Clients that have written since their last commit. */
  const writing = new Set<string>();
  const links = new Set<{ readonly end: () => void }>();
  const server = createServer((client) => {
    const link = createLink(client, {
      brokerPort,
      onProduce: (clientId) => void writing.add(clientId),
      onCommit(clientId) {
        if (!writing.delete(clientId)) return undefined;
        const catcher = awaited.get(clientId);
        awaited.delete(clientId);
        return catcher;
      },
      onOpened: (clientId) => latest.get(clientId)?.reopened(),
    });
    links.add(link);
    client.once('close', () => links.delete(link));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    holdNext(clientId, mode) {
      const { hold, catcher } = createHold(mode);
      awaited.set(clientId, catcher);
      latest.set(clientId, catcher);
      return hold;
    },
    forget: (clientId) => awaited.delete(clientId),
    close() {
      server.close();
      for (const link of links) link.end();
    },
  };
}
