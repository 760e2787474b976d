/**
 * What is held back of a commit: its answer; the request itself; or the request, and the client's
 * connection breaks at once, so that it opens a new producer at once instead of after its time limit.
 */
export type HoldMode = 'answer' | 'request' | 'request, connection broken';

/** One commit that is held back, as the fault sees it. */
export interface Hold {
  /** Resolves when a commit of the client was caught. */
  readonly caught: Promise<void>;
  /** Whether the client has closed the connection of that commit. */
  readonly isClientGone: () => boolean;
  /** Whether the client has opened a producer anew since then (an InitProducerId was answered). */
  readonly hasReopened: () => boolean;
  /** Lets it go on. @returns the broker's error code; null where the broker closed the connection */
  readonly release: () => Promise<number | null>;
}

/** The same as its connection sees it. */
export interface Catch {
  readonly mode: HoldMode;
  readonly catch: (link: {
    readonly isClientGone: () => boolean;
    readonly letGo: () => void;
  }) => void;
  readonly answered: (errorCode: number | null) => void;
  readonly reopened: () => void;
}

export function createHold(mode: HoldMode): { readonly hold: Hold; readonly catcher: Catch } {
  const caught = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<number | null>();
  let link: Parameters<Catch['catch']>[0] | undefined;
  let hasReopened = false;
  return {
    hold: {
      caught: caught.promise,
      isClientGone: () => link?.isClientGone() === true,
      hasReopened: () => hasReopened,
      async release() {
        if (link === undefined) return null;
        link.letGo();
        return answered.promise;
      },
    },
    catcher: {
      mode,
      catch(by) {
        link = by;
        caught.resolve();
      },
      answered: answered.resolve,
      // Before the catch it says nothing.
      reopened: () => (hasReopened = link !== undefined),
    },
  };
}
