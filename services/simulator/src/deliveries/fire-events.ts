import {
  eventBody,
  malformedEvent,
  type UserMetadataPlace,
  unknownEvent,
} from '../events/event-body.ts';
import { eventType } from '../events/event-type.ts';
import type { Job } from '../jobs/job.ts';
import { webhookId } from '../util/ids.ts';
import type { Random } from '../util/random.ts';
import type { Scheduler } from '../util/scheduler.ts';
import type { Deliverer, Delivery, Distortion } from './deliver.ts';
import type { Target } from './target.ts';

/** Extras come a moment after the delivery that they imitate. */
const EXTRA_DELAY_MS = { min: 10, max: 400 };
const STALE_SECONDS = 600;

/** Which events of cancelled jobs are sent: the live API lets nobody subscribe to them. */
export const CANCELLED_EVENTS = ['dynamic', 'all', 'none'] as const;
export type CancelledEvents = (typeof CANCELLED_EVENTS)[number];

export interface Receivers {
  /** Enabled registered webhooks that subscribed to a type; all of them for a type that nobody can. */
  subscribed(type: string, isSubscribable: boolean): readonly Target[];
  dynamic(uri: string): Target;
}

/** Sends what a job's end is to be followed by: its event, and the extras planned for it. */
export function createEventFirer(options: {
  readonly deliverer: Deliverer;
  readonly receivers: Receivers;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly now: () => number;
  readonly pointerOrigin: () => string;
  readonly userMetadataPlace: UserMetadataPlace;
  readonly cancelledEvents: CancelledEvents;
}): (job: Job) => void {
  const { deliverer, receivers, scheduler, random } = options;

  const fire = (
    job: Job,
    target: Target,
    event: Pick<Delivery, 'kind' | 'type' | 'resourceId' | 'body'>,
  ): Delivery => {
    job.tally.eventFired(event.kind);
    return { ...event, webhookId: webhookId(), target, tally: job.tally };
  };

  const later = (delivery: Delivery, send: () => void): void => {
    delivery.tally.extraPlanned();
    scheduler.after(random.int(EXTRA_DELAY_MS.min, EXTRA_DELAY_MS.max), send);
  };

  const sendExtras = (job: Job, delivery: Delivery): void => {
    const { forgery, stale, malformed, unknown } = job.extras;
    if (forgery !== null) {
      const forged = { ...delivery, webhookId: webhookId() };
      const distortion: Distortion =
        forgery === 'foreign_key' ? { isForged: true } : { sentBody: changed(delivery.body) };
      later(delivery, () => deliverer.sendExtra('forgery', forged, distortion));
    }
    if (stale !== null) {
      const old = stale === 'same_id' ? delivery : { ...delivery, webhookId: webhookId() };
      later(delivery, () => deliverer.sendExtra('stale', old, { ageSeconds: STALE_SECONDS }));
    }
    if (malformed !== null) {
      const { type, body } = malformedEvent(malformed, job);
      deliverer.deliver(
        fire(job, delivery.target, { kind: 'malformed', type, resourceId: null, body }),
      );
    }
    if (unknown !== null) {
      const { resourceId, body } = unknownEvent(unknown, job.name, options.now());
      deliverer.deliver(
        fire(job, delivery.target, { kind: 'unknown', type: unknown, resourceId, body }),
      );
    }
  };

  return (job) => {
    const type = eventType(job.request.kind, job.state);
    const isForeground = job.request.kind === 'interaction' && job.request.isForeground;
    if (type === null || isForeground) return;
    const body = eventBody(type, job, { ...options, pointerOrigin: options.pointerOrigin() });
    for (const target of targetsOf(job, type, receivers, options.cancelledEvents)) {
      const delivery = fire(job, target, { kind: 'event', type, resourceId: job.name, body });
      deliverer.deliver(delivery, () => {
        for (let repeat = 0; repeat < job.extras.repeats; repeat += 1) {
          later(delivery, () => deliverer.sendExtra('repeat', delivery));
        }
      });
      sendExtras(job, delivery);
    }
  };
}

/** `uris` of a job are used instead of the registered webhooks, never beside them. */
function targetsOf(
  job: Job,
  type: string,
  receivers: Receivers,
  cancelledEvents: CancelledEvents,
): readonly Target[] {
  const isCancelled = job.state === 'cancelled';
  if (isCancelled && cancelledEvents === 'none') return [];
  if (job.webhook !== null) return job.webhook.uris.map((uri) => receivers.dynamic(uri));
  if (isCancelled && cancelledEvents === 'dynamic') return [];
  return receivers.subscribed(type, !isCancelled);
}

/** The same length and still JSON, one digit or letter of the job's id another one. */
function changed(body: Uint8Array): Buffer {
  const copy = Buffer.from(body);
  const at = Math.max(0, copy.indexOf('"id":"') + 8);
  copy[at] = copy[at] === 0x78 ? 0x79 : 0x78;
  return copy;
}
