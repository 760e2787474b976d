import type { IncomingMessage, ServerResponse } from 'node:http';
import { startLoopbackServer } from '@gemini-events/http/testing';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A Gemini API in this process: answers by path, 404 for all others. */
export interface FakeGemini {
  readonly baseUrl: string;
  /** Paths with their queries, in order. */
  readonly requests: readonly string[];
  readonly keys: readonly (string | undefined)[];
  /** Answers of a path, used in turn; the last one stays. */
  on(path: string, ...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

export async function startFakeGemini(): Promise<FakeGemini> {
  const routes = new Map<string, Answer[]>();
  const requests: string[] = [];
  const keys: (string | undefined)[] = [];
  const server = await startLoopbackServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    keys.push(request.headersDistinct['x-goog-api-key']?.[0]);
    const answers = routes.get(path) ?? [status(404)];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(request, response);
  });
  return {
    baseUrl: server.origin,
    requests,
    keys,
    on: (path, ...answers) => void routes.set(path, [...answers]),
    close: () => server.close(),
  };
}

export function json(body: unknown): Answer {
  return bytes(JSON.stringify(body), 'application/json');
}

export function bytes(body: string | Buffer, contentType = 'application/jsonl'): Answer {
  return (_, response) => {
    const length = Buffer.byteLength(body);
    response.writeHead(200, { 'content-type': contentType, 'content-length': length }).end(body);
  };
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => {
    response.writeHead(code, headers).end(JSON.stringify({ error: { code } }));
  };
}

/** Announces all of `body` and breaks off in its middle. */
export function truncated(body: string): Answer {
  return (_, response) => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(body) });
    response.write(body.slice(0, body.length / 2), () => response.destroy());
  };
}

/** A row of a batch with an answer. */
export function row(key: string, text = 'hi'): string {
  const content = { parts: [{ text }], role: 'model' };
  const response = { candidates: [{ content, finishReason: 'STOP' }] };
  return `${JSON.stringify({ key, response })}\n`;
}

/** A finished batch whose output is a file. */
export function batch(name: string, responsesFile: string): Answer {
  return json({
    name,
    metadata: { state: 'BATCH_STATE_SUCCEEDED', output: { responsesFile } },
    done: true,
    response: { responsesFile },
  });
}

/** Path under which a file is downloaded. */
export function downloadPath(file: string): string {
  return `/v1beta/${file}:download?alt=media`;
}
