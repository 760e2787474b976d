import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { createDispatcher, createHttpClient } from '@gemini-events/http';
import { startLoopbackServer } from '@gemini-events/http/testing';
import { createGemini, type Gemini } from '../create-gemini.ts';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface StartedGemini {
  readonly gemini: Gemini;
  readonly origin: string;
  readonly received: Received[];
  /** Ends the server alone: nobody listens at its port any more. */
  readonly stop: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The real client, and a server in the place of the API that answers as it is told. */
export async function startGemini(
  answer: (received: Received, response: ServerResponse) => void,
): Promise<StartedGemini> {
  const received: Received[] = [];
  const server = await startLoopbackServer((request, response) => {
    void buffer(request).then((body) => {
      const one = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: body.toString(),
      };
      received.push(one);
      answer(one, response);
    });
  });
  const policy = { allowedHosts: [], ownOrigins: [server.origin] };
  const dispatcher = createDispatcher({ policy, idleTimeoutMs: 2_000 });
  const http = createHttpClient({ policy, dispatcher, totalTimeoutMs: 5_000 });
  let isRunning = true;
  const stop = async (): Promise<void> => {
    if (isRunning) await server.close();
    isRunning = false;
  };
  return {
    gemini: createGemini({
      http,
      baseUrl: server.origin,
      apiKey: () => 'secret-key',
      random: () => 0,
    }),
    origin: server.origin,
    received,
    stop,
    close: async () => {
      await http.close();
      await stop();
    },
  };
}

/** Answers with JSON. */
export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
