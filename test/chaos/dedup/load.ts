import { setTimeout as delay } from 'node:timers/promises';
import { parseSecret, signV1 } from '@gemini-events/webhooks';
import { Pool } from 'undici';
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
  /** Sends no more, whatever is left. */
  readonly stop: () => void;
}

const LANES = 64;
const SLOWED = 10;
/** What the load may make up for when it was held up. */
const CATCH_UP_MS = 50;

/**
 * Sends signed deliveries to an ingress and repeats each until it is answered 202, as Gemini does.
 * Deliveries of one resource are sent one after the other, so that their order is known.
 */
export function startLoad(options: {
  readonly url: string;
  readonly secret: string;
  readonly deliveries: readonly PlannedDelivery[];
  /** At most. */
  readonly perSecond: number;
  /** Asked before each delivery: true ends the load before all are sent. */
  readonly isEnough?: () => boolean;
  /** Asked before each delivery: from so many begun ones on it goes on at a tenth of the rate. */
  readonly slowFrom?: () => number;
}): Load {
  const {
    secret,
    deliveries,
    perSecond,
    isEnough = () => false,
    slowFrom = () => Number.POSITIVE_INFINITY,
  } = options;
  const url = new URL(options.url);
  const parsed = parseSecret(secret);
  if (!parsed.ok) throw new Error(parsed.fault);
  const { key } = parsed;
  const pool = new Pool(url.origin, { connections: LANES, pipelining: 1 });
  const acknowledged = new Set<string>();
  let begun = 0;
  let accepted = 0;
  const ending = new AbortController();

  const attempt = async ({ webhookId, body }: PlannedDelivery): Promise<boolean> => {
    const rawBody = Buffer.from(body);
    // Signed at every attempt (10 us): a timestamp is good for five minutes only.
    const headers = signedHeaders(webhookId, rawBody, (content) => signV1(key, content));
    try {
      const answer = await pool.request({
        path: url.pathname,
        method: 'POST',
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

  let nextAt = performance.now();
  const turn = async (): Promise<void> => {
    const now = performance.now();
    const gap = (1000 / perSecond) * (begun > slowFrom() ? SLOWED : 1);
    nextAt = Math.max(nextAt, now - CATCH_UP_MS) + gap;
    if (nextAt > now) await delay(nextAt - now);
  };
  const runLane = async (lane: readonly PlannedDelivery[]): Promise<void> => {
    for (const delivery of lane) {
      await turn();
      if (ending.signal.aborted || isEnough()) return;
      begun += 1;
      while (!ending.signal.aborted && !(await attempt(delivery))) await delay(100);
    }
  };
  const lanes: PlannedDelivery[][] = Array.from({ length: LANES }, () => []);
  for (const delivery of deliveries) lanes[laneOf(delivery)]?.push(delivery);
  return {
    acknowledged,
    begun: () => begun,
    accepted: () => accepted,
    done: Promise.all(lanes.map(runLane)).then(() => pool.close()),
    stop: () => ending.abort(),
  };
}

function laneOf({ resource }: PlannedDelivery): number {
  return Number(resource.slice(resource.lastIndexOf('-') + 1)) % LANES;
}
