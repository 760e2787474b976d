/** What a handler says of an event. A throw means `retryLater`. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'skip'; readonly reason: string }
  | {
      readonly kind: 'retry';
      readonly reason: string;
      /** The next attempt is not made earlier, in milliseconds; its delay counts where that is longer. */
      readonly afterMs?: number;
      /** @default 'ERR_RETRY_LATER' */
      readonly code?: string;
    }
  | { readonly kind: 'dead'; readonly code: string; readonly reason: string };

const DONE: Outcome = { kind: 'done' };

/** The event is dealt with. */
export const done = (): Outcome => DONE;

/** There was nothing to do, and why. Counts as dealt with. */
export const skip = (reason: string): Outcome => ({ kind: 'skip', reason });

/** Not now: the event is parked and comes again after a delay, later events of its key behind it. */
export const retryLater = (
  reason: string,
  more: { readonly afterMs?: number; readonly code?: string } = {},
): Outcome => ({ kind: 'retry', reason, ...more });

/** Never: the event goes to the dead-letter topic with this code. */
export const deadLetter = (code: string, reason: string): Outcome => ({
  kind: 'dead',
  code,
  reason,
});
