import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that makes a job and so costs money, as the API answered it. */
interface PaidCall {
  /** The interaction that it continues, or the name of the batch. */
  readonly what: string;
  readonly wasMade: boolean;
}

export interface RecordingProxy {
  readonly origin: string;
  readonly paid: () => readonly PaidCall[];
  close(): Promise<void>;
}

/**
 * Stands before the API and writes down each call that costs money. It knows nothing of ours: what a call is
 * for it reads out of the request, what came of it out of the answer. A call that has reached it is passed
 * on even if its caller is gone by then, as the API would go on too.
 *
 * @param loses whether the answer to a paid call is lost on its way back
 */
export async function startRecordingProxy(
  target: string,
  loses: () => boolean,
): Promise<RecordingProxy> {
  const paid: PaidCall[] = [];
  const to = new URL(target);

  const pass = (incoming: IncomingMessage, body: Buffer, answer: ServerResponse): void => {
    const what = incoming.method === 'POST' ? paidFor(incoming.url ?? '', body) : null;
    const outgoing = request(
      {
        host: to.hostname,
        port: to.port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, host: to.host, 'content-length': body.length },
      },
      (response) => {
        const isMade = response.statusCode === 200;
        if (what !== null) paid.push({ what, wasMade: isMade });
        if (what !== null && isMade && loses()) {
          response.resume();
          answer.destroy();
          return;
        }
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    outgoing.on('error', () => answer.destroy());
    outgoing.end(body);
  };

  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    answer.on('error', () => undefined);
    incoming.on('error', () => undefined);
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => pass(incoming, Buffer.concat(chunks), answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paid: () => paid,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function paidFor(path: string, body: Buffer): string | null {
  if (/\/interactions(?:\?|$)/.test(path)) {
    const given = JSON.parse(body.toString()) as {
      previous_interaction_id?: string;
      input?: unknown;
    };
    return `continuation of ${given.previous_interaction_id ?? JSON.stringify(given.input)}`;
  }
  if (!/:batchGenerateContent(?:\?|$)/.test(path)) return null;
  const { batch } = JSON.parse(body.toString()) as {
    batch: { displayName?: string; display_name?: string };
  };
  return `batch ${batch.displayName ?? batch.display_name}`;
}
