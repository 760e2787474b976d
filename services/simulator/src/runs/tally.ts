import type { JobKind } from '../jobs/kinds.ts';

export type ExtraKind = 'repeat' | 'forgery' | 'stale';
export type EventKind = 'event' | 'malformed' | 'unknown';

/** A webhook-id that a receiver acknowledged. */
export interface AcceptedEvent {
  readonly webhookId: string;
  readonly kind: EventKind;
  readonly type: string | null;
  readonly resourceId: string | null;
}

export type AttemptResult = 'accepted' | 'refused' | 'unanswered';

/** Counts what happens to the jobs and deliveries of one run. */
export class Tally {
  readonly accepted: AcceptedEvent[] = [];
  readonly #jobs: Record<JobKind, number> = { batch: 0, interaction: 0, video: 0 };
  readonly #attempts: Record<AttemptResult, number> = { accepted: 0, refused: 0, unanswered: 0 };
  readonly #extras: Record<ExtraKind, number> = { repeat: 0, forgery: 0, stale: 0 };
  #events = 0;
  #malformed = 0;
  #unknown = 0;
  #givenUp = 0;
  #openEvents = 0;
  #openExtras = 0;
  #openJobs = 0;
  #wronglyAccepted = 0;
  #complete = false;

  jobStarted(kind: JobKind): void {
    this.#jobs[kind] += 1;
    this.#openJobs += 1;
  }

  jobEnded(): void {
    this.#openJobs -= 1;
  }

  /** No more jobs will come. */
  allStarted(): void {
    this.#complete = true;
  }

  eventFired(kind: EventKind): void {
    this.#events += 1;
    this.#openEvents += 1;
    if (kind === 'unknown') this.#unknown += 1;
    if (kind === 'malformed') this.#malformed += 1;
  }

  eventAccepted(event: AcceptedEvent): void {
    this.#openEvents -= 1;
    this.accepted.push(event);
  }

  /** No receiver took it in time: a run ends without it. */
  eventGivenUp(): void {
    this.#openEvents -= 1;
    this.#givenUp += 1;
  }

  attemptEnded(result: AttemptResult): void {
    this.#attempts[result] += 1;
  }

  extraPlanned(): void {
    this.#openExtras += 1;
  }

  extraSent(kind: ExtraKind, result: AttemptResult): void {
    this.#openExtras -= 1;
    this.#extras[kind] += 1;
    if (kind !== 'repeat' && result === 'accepted') this.#wronglyAccepted += 1;
  }

  /** Jobs, events and extras that are not through yet. */
  get pending(): number {
    return this.#openJobs + this.#openEvents + this.#openExtras;
  }

  snapshot() {
    const { accepted, refused, unanswered } = this.#attempts;
    return {
      done: this.#complete && this.pending === 0,
      jobs: { ...this.#jobs },
      /** Distinct genuine webhook-ids, malformed and unknown ones included. */
      events: this.#events,
      delivered: accepted + refused + unanswered,
      accepted,
      refused: refused + unanswered,
      pending: this.pending,
      repeatsSent: this.#extras.repeat,
      forgeriesSent: this.#extras.forgery,
      staleSent: this.#extras.stale,
      malformedSent: this.#malformed,
      unknownSent: this.#unknown,
      /** Part of `events`: no receiver took them, and no further attempt is made. */
      givenUp: this.#givenUp,
      /** Part of `refused`: no answer came, so the receiver may have taken it. */
      unanswered,
      /** Forged and stale deliveries that were answered 2xx; must be 0. */
      wronglyAccepted: this.#wronglyAccepted,
    };
  }
}
