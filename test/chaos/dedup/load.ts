import { parseSecret, signV1 } from '@gemini-events/webhooks';
import { Agent, request } from 'undici';
import { signedHeaders } from '../../kit/signed-headers.ts';
import type { PlannedDelivery } from './plan-deliveries.ts';

export interface Load {
  /** Ids that were answered 202. */
  readonly acknowledged: ReadonlySet<string>;
  /** Deliveries whose sending was begun; at the end each of them is acknowledged. */
  readonly begun: () => number;
  /** HTTP attempts that were answered 202. */
  readonly accepted: () => number;
  readonly done: Promise<void>;
}

const LANES = 32;

/**
 * Sends signed deliveries to an ingress and repeats each until it is answered 202, as Gemini does.
 * Deliveries of one resource are sent one after the other, so that their order is known.
 */
export function startLoad(options: {
  readonly url: string;
  readonly secret: string;
  readonly deliveries: readonly PlannedDelivery[];
  readonly perSecond: number;
  /** Asked before each delivery: true ends the load before all are sent. */
  readonly isEnough?: () => boolean;
}): Load {
  const { url, secret, deliveries, perSecond, isEnough = () => false } = options;
  const parsed = parseSecret(secret);
  if (!parsed.ok) throw new Error(parsed.fault);
  const { key } = parsed;
  const agent = new Agent({ connections: LANES, pipelining: 1 });
  const acknowledged = new Set<string>();
  let begun = 0;
  let accepted = 0;

  const attempt = async ({ webhookId, body }: PlannedDelivery): Promise<boolean> => {
    const rawBody = Buffer.from(body);
    const headers = signedHeaders(webhookId, rawBody, (content) => signV1(key, content));
    try {
      const answer = await request(url, {
        method: 'POST',
        dispatcher: agent,
        body: rawBody,
        headers,
      });
      await answer.body.dump();
      if (answer.statusCode !== 202) return false;
    } catch {
      return false;
    }
    accepted += 1;
    acknowledged.add(webhookId);
    return true;
  };

  const lanes: PlannedDelivery[][] = Array.from({ length: LANES }, () => []);
  for (const delivery of deliveries) lanes[laneOf(delivery)]?.push(delivery);
  const beganAt = performance.now();
  const runLane = async (lane: readonly PlannedDelivery[]): Promise<void> => {
    for (const [index, delivery] of lane.entries()) {
      const dueMs = beganAt + (index * LANES * 1000) / perSecond;
      await pause(dueMs - performance.now());
      if (isEnough()) return;
      begun += 1;
      while (!(await attempt(delivery))) await pause(100);
    }
  };
  return {
    acknowledged,
    begun: () => begun,
    accepted: () => accepted,
    done: Promise.all(lanes.map(runLane)).then(() => agent.close()),
  };
}

function laneOf({ body }: PlannedDelivery): number {
  const { data } = JSON.parse(body) as { data: { id: string } };
  return Number(data.id.slice(data.id.lastIndexOf('-') + 1)) % LANES;
}

function pause(milliseconds: number): Promise<void> {
  return milliseconds <= 0
    ? Promise.resolve()
    : new Promise((resolve) => setTimeout(resolve, milliseconds));
}
