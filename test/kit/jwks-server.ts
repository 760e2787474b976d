import type { KeyObject } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type JwksMode = 'good' | 'refuses' | 'hangs' | 'rubbish' | 'empty';

export interface JwksServer {
  readonly url: string;
  mode: JwksMode;
  /** Public keys with their `kid`. */
  keys: readonly { readonly kid: string; readonly key: KeyObject }[];
  /** How often it was asked. */
  readonly asked: () => number;
  readonly close: () => void;
}

/** A JWKS URL on loopback whose behaviour the test changes. */
export async function startJwksServer(keys: JwksServer['keys']): Promise<JwksServer> {
  let asked = 0;
  const answerIn: Readonly<Record<JwksMode, (answer: ServerResponse) => void>> = {
    good: (answer) =>
      void answer.end(
        JSON.stringify({
          keys: server.keys.map(({ kid, key }) => ({ ...key.export({ format: 'jwk' }), kid })),
        }),
      ),
    refuses: (answer) => void answer.destroy(),
    hangs: (answer) => void answer.write('{"keys":['),
    rubbish: (answer) => void answer.end('<html>We are down for maintenance</html>'),
    empty: (answer) => void answer.end('{"keys":[]}'),
  };
  const http = createServer((_, answer) => {
    asked += 1;
    answerIn[server.mode](answer);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server: JwksServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/jwks.json`,
    mode: 'good',
    keys,
    asked: () => asked,
    close() {
      http.closeAllConnections();
      http.close();
    },
  };
  return server;
}
