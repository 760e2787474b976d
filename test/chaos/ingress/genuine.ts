import { parseSecret, signV1 } from '@gemini-events/webhooks';
import { Agent, request } from 'undici';
import { signedHeaders } from '../../kit/signed-headers.ts';

export interface GenuineAnswer {
  /** Seconds since the begin of the load at which it was sent. */
  readonly sentAt: number;
  readonly ms: number;
  readonly status: number | 'broken';
  readonly webhookId: string;
}

export interface GenuineLoad {
  readonly answers: readonly GenuineAnswer[];
  /** Seconds since the begin. */
  readonly clock: () => number;
  /** Sends no more; resolves when the last answer is there. */
  readonly stop: () => Promise<void>;
}

const TICK_MS = 10;
const CONNECTIONS = 64;
const ANSWER_LIMIT_MS = 20_000;

/** Rightly signed deliveries at a steady rate, whatever becomes of those before (an open loop). */
export function startGenuine(options: {
  readonly url: string;
  readonly secret: string;
  readonly perSecond: number;
  readonly run: string;
}): GenuineLoad {
  const { url, perSecond, run } = options;
  const parsed = parseSecret(options.secret);
  if (!parsed.ok) throw new Error(parsed.fault);
  const { key } = parsed;
  const agent = new Agent({ connections: CONNECTIONS, pipelining: 1 });
  const answers: GenuineAnswer[] = [];
  const beganAt = performance.now();
  const clock = (): number => (performance.now() - beganAt) / 1_000;
  const open = new Set<Promise<void>>();
  let sent = 0;

  const deliver = async (): Promise<void> => {
    const webhookId = `msg_${run}_${sent}`;
    const rawBody = Buffer.from(
      `{"type":"batch.succeeded","version":"v1","data":{"id":"batches/${run}-${sent % 997}"}}`,
    );
    const headers = signedHeaders(webhookId, rawBody, (content) => signV1(key, content));
    const sentAt = clock();
    let status: number | 'broken' = 'broken';
    try {
      const answer = await request(url, {
        method: 'POST',
        dispatcher: agent,
        body: rawBody,
        headers,
        headersTimeout: ANSWER_LIMIT_MS,
      });
      await answer.body.dump();
      status = answer.statusCode;
    } catch {
      // Told by the status.
    }
    answers.push({ sentAt, ms: (clock() - sentAt) * 1_000, status, webhookId });
  };
  const timer = setInterval(() => {
    const due = Math.floor(clock() * perSecond);
    while (sent < due) {
      sent += 1;
      const one = deliver().finally(() => open.delete(one));
      open.add(one);
    }
  }, TICK_MS);
  return {
    answers,
    clock,
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      await agent.close();
    },
  };
}

/** How many answers of each status. */
export function statusesOf(answers: readonly GenuineAnswer[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

export function percentileMs(answers: readonly GenuineAnswer[], share: number): number {
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
