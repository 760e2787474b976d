import { Agent, request } from 'undici';

interface Post {
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What an attempt came to; status null: no answer in time, or no connection. */
export interface Answer {
  readonly status: number | null;
  readonly retryAfter: string | null;
}

export interface Sender {
  send(post: Post): Promise<Answer>;
  close(): Promise<void>;
}

const NO_ANSWER: Answer = { status: null, retryAfter: null };
const MAX_ANSWER_BYTES = 64 * 1024;

/** Posts over kept-alive connections. Redirects are failures, as Standard Webhooks asks. */
export function createSender(options: {
  readonly connections: number;
  readonly timeoutMs: number;
}): Sender {
  const agent = new Agent({
    connections: options.connections,
    connectTimeout: options.timeoutMs,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
  });
  return {
    async send({ uri, headers, body }) {
      try {
        const answer = await request(uri, { method: 'POST', dispatcher: agent, headers, body });
        await answer.body.dump({ limit: MAX_ANSWER_BYTES });
        const retryAfter = answer.headers['retry-after'];
        return {
          status: answer.statusCode,
          retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
        };
      } catch {
        return NO_ANSWER;
      }
    },
    close: () => agent.destroy(),
  };
}
