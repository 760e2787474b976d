import type { AcceptedEvent, AttemptResult, ExtraKind, Tally } from '../runs/tally.ts';
import type { Random } from '../util/random.ts';
import type { Scheduler } from '../util/scheduler.ts';
import { type BackoffLimits, waitMs } from './backoff.ts';
import type { Limiter } from './limiter.ts';
import type { Answer, Sender } from './send.ts';
import type { Target } from './target.ts';

/** One genuine event on its way to one receiver. */
export interface Delivery extends AcceptedEvent {
  readonly body: Uint8Array;
  readonly target: Target;
  readonly tally: Tally;
}

/** How an attempt differs from a genuine one. */
export interface Distortion {
  readonly ageSeconds?: number;
  readonly isForged?: boolean;
  /** Sent instead of the body that was signed. */
  readonly sentBody?: Uint8Array;
}

export interface Deliverer {
  /** Tries until a 2xx comes or too long, with the same id and a fresh timestamp each time. */
  deliver(delivery: Delivery, onAccepted?: () => void): void;
  /** One attempt, whatever comes of it. */
  sendExtra(kind: ExtraKind, delivery: Delivery, distortion?: Distortion): void;
}

export function createDeliverer(options: {
  readonly sender: Sender;
  readonly limiter: Limiter;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly now: () => number;
  readonly retry: BackoffLimits & { readonly giveUpAfterMs: number };
  readonly onAttempt: (result: AttemptResult) => void;
}): Deliverer {
  const { limiter, scheduler, random, now, retry } = options;

  const attempt = (delivery: Delivery, distortion: Distortion): Promise<Answer> =>
    // The timestamp is taken when the attempt's turn has come, not when it was queued.
    limiter.run(async () => {
      const timestamp = String(Math.floor(now() / 1_000) - (distortion.ageSeconds ?? 0));
      const { webhookId, body: rawBody, target } = delivery;
      const content = { webhookId, timestamp, rawBody };
      const answer = await options.sender.send({
        uri: target.uri,
        headers: {
          'content-type': 'application/json',
          'webhook-id': webhookId,
          'webhook-timestamp': timestamp,
          'webhook-signature':
            distortion.isForged === true ? target.forge(content) : target.sign(content),
        },
        body: distortion.sentBody ?? rawBody,
      });
      const result = resultOf(answer);
      delivery.tally.attemptEnded(result);
      options.onAttempt(result);
      return answer;
    });

  const deliver = async (
    delivery: Delivery,
    attempts: number,
    firstAt: number,
    onAccepted: () => void,
  ): Promise<void> => {
    const answer = await attempt(delivery, {});
    if (resultOf(answer) === 'accepted') {
      // Repeats are planned before the event counts as through, so that the run is not done too early.
      onAccepted();
      const { webhookId, kind, type, resourceId } = delivery;
      delivery.tally.eventAccepted({ webhookId, kind, type, resourceId });
      return;
    }
    if (delivery.target.isGone() || now() - firstAt > retry.giveUpAfterMs) {
      delivery.tally.eventGivenUp();
      return;
    }
    const wait = waitMs(attempts, answer.retryAfter, retry, random);
    scheduler.after(wait, () => void deliver(delivery, attempts + 1, firstAt, onAccepted));
  };

  return {
    deliver: (delivery, onAccepted = () => undefined) =>
      void deliver(delivery, 1, now(), onAccepted),
    sendExtra(kind, delivery, distortion = {}) {
      void attempt(delivery, distortion).then((answer) =>
        delivery.tally.extraSent(kind, resultOf(answer)),
      );
    },
  };
}

function resultOf({ status }: Answer): AttemptResult {
  if (status === null) return 'unanswered';
  return status >= 200 && status < 300 ? 'accepted' : 'refused';
}
