import type { SignedContent } from '@gemini-events/webhooks';
import { Agent, request } from 'undici';
import { signedHeaders } from './signed-headers.ts';

/** What became of one delivery: the status of the answer, or that the connection broke. */
interface SentDelivery {
  readonly webhookId: string;
  readonly outcome: number | 'broken';
}

export interface SteadyLoad {
  /** Every delivery whose outcome is known, in the order of the outcomes. */
  readonly sent: readonly SentDelivery[];
  /** Sends no more, and waits for the answers. */
  readonly stop: () => Promise<void>;
}

/** Delivers without a pause over kept connections, each delivery once. */
export function startSteadyLoad(options: {
  readonly url: string;
  readonly senders: number;
  /** Signature of a delivery, asked for as it is sent. */
  readonly sign: (content: SignedContent) => string;
  readonly run: string;
}): SteadyLoad {
  const { url, senders, sign, run } = options;
  const agent = new Agent({ connections: senders, pipelining: 1 });
  const sent: SentDelivery[] = [];
  const ending = new AbortController();
  const deliver = async (webhookId: string): Promise<number | 'broken'> => {
    const body = Buffer.from(`{"type":"batch.failed","data":{"id":"batches/${webhookId}"}}`);
    const headers = signedHeaders(webhookId, body, sign);
    try {
      const answer = await request(url, { method: 'POST', dispatcher: agent, body, headers });
      await answer.body.dump();
      return answer.statusCode;
    } catch {
      return 'broken';
    }
  };
  const sender = async (number: number): Promise<void> => {
    for (let at = 0; !ending.signal.aborted; at += 1) {
      const webhookId = `${run}-${number}-${at}`;
      const outcome = await deliver(webhookId);
      sent.push({ webhookId, outcome });
    }
  };
  const all = Promise.all(Array.from({ length: senders }, (_, number) => sender(number)));
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    ending.abort();
    await all;
    await agent.close();
  };
  return { sent, stop: () => (stopped ??= stop()) };
}
