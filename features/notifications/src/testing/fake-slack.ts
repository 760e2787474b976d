import { startLoopbackServer } from '@gemini-events/http/testing';
import { findSlackFaults } from '@gemini-events/slack/testing';

interface Posted {
  /** The channel's id, or the path of the incoming webhook. */
  readonly channel: string;
  readonly text: string;
  readonly blocks: readonly object[];
  readonly threadTs: string | null;
  readonly ts: string;
}

export interface FakeSlack {
  readonly origin: string;
  readonly posted: readonly Posted[];
  /** What was refused for its form; there should never be one. */
  readonly faults: readonly string[];
  /** Answers the next call with this status in place of taking it. */
  failNext(status: number, error?: string): void;
  close(): Promise<void>;
}

const TOKEN = 'xoxb-test';

/**
 * Slack on loopback: incoming webhooks under `/services/`, `chat.postMessage` for the token `xoxb-test`.
 * Refuses what Slack refuses: payloads beyond its limits, threads that do not exist, more than its rate.
 * @param perSecond messages of a channel
 */
export async function startFakeSlack({ perSecond = 1 } = {}): Promise<FakeSlack> {
  const posted: Posted[] = [];
  const faults: string[] = [];
  const failures: { status: number; error: string }[] = [];
  const lastAt = new Map<string, number>();
  let count = 0;

  const server = await startLoopbackServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const path = request.url ?? '';
      const isBot = path === '/api/chat.postMessage';
      const refuse = (status: number, error: string, headers: Record<string, string> = {}) => {
        // The API says 200 and not ok; incoming webhooks say it by their status.
        if (isBot && status < 429) {
          response.writeHead(200).end(JSON.stringify({ ok: false, error }));
        } else response.writeHead(status, headers).end(error);
      };
      const failure = failures.shift();
      if (failure !== undefined) return refuse(failure.status, failure.error);
      if (!isBot && !path.startsWith('/services/')) return refuse(404, 'no_service');
      if (isBot && request.headers.authorization !== `Bearer ${TOKEN}`) {
        return refuse(401, 'invalid_auth');
      }
      const payload = JSON.parse(Buffer.concat(parts).toString()) as {
        channel?: string;
        text: string;
        blocks?: object[];
        thread_ts?: string;
      };
      const channel = isBot ? (payload.channel ?? '') : path;
      const found = findSlackFaults(payload);
      if (found.length > 0) {
        faults.push(...found);
        return refuse(400, 'invalid_blocks');
      }
      const now = performance.now();
      const waitMs = 1_000 / perSecond - (now - (lastAt.get(channel) ?? Number.NEGATIVE_INFINITY));
      // A little less than the limit is no fault of the sender: timers are not exact.
      if (waitMs > 50) return refuse(429, 'ratelimited', { 'retry-after': '1' });
      const threadTs = payload.thread_ts ?? null;
      if (threadTs !== null && !posted.some(({ ts }) => ts === threadTs)) {
        return refuse(400, 'thread_not_found');
      }
      lastAt.set(channel, now);
      count += 1;
      const ts = `1700000000.${String(count).padStart(6, '0')}`;
      const { text, blocks = [] } = payload;
      posted.push({ channel, text, blocks, threadTs, ts });
      response.writeHead(200).end(isBot ? JSON.stringify({ ok: true, channel, ts }) : 'ok');
    });
  });
  return {
    origin: server.origin,
    posted,
    faults,
    failNext: (status, error = 'internal_error') => failures.push({ status, error }),
    close: () => server.close(),
  };
}
