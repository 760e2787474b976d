import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

/** One delivery, and what it was answered. */
export interface Received {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: Buffer;
  status: number;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A receiver on loopback that answers as it is told and remembers everything. */
export async function openReceiver(answer: (delivery: Received) => Reply) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    const header = (name: string): string => String(request.headers[name] ?? '');
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const delivery: Received = {
        id: header('webhook-id'),
        timestamp: header('webhook-timestamp'),
        signature: header('webhook-signature'),
        body: Buffer.concat(chunks),
        status: 0,
      };
      const { status, headers } = answer(delivery);
      delivery.status = status;
      received.push(delivery);
      response.writeHead(status, { ...headers }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    uri: `http://127.0.0.1:${port}/hook`,
    received,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
export type Receiver = Awaited<ReturnType<typeof openReceiver>>;

/** Whether the reference library takes a delivery with the secret. */
export function verifies(
  secret: string,
  { id, timestamp, signature, body }: Omit<Received, 'status'>,
): boolean {
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  };
  try {
    // Without parsing: a genuine body that is cut off in the middle verifies too.
    new Webhook(secret).verify(body, headers, { jsonParse: false });
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}

/** How many of the keys of a JWKS have signed a delivery with `v1a`; the reference library knows none. */
export function signersOf(
  keys: readonly JsonWebKey[],
  delivery: Omit<Received, 'status'> | undefined,
): number {
  if (delivery === undefined || !delivery.signature.startsWith('v1a,')) return 0;
  const { id, timestamp, signature, body } = delivery;
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const bytes = Buffer.from(signature.slice('v1a,'.length), 'base64');
  return keys.filter((key) => verify(null, signed, createPublicKey({ format: 'jwk', key }), bytes))
    .length;
}
