import { type KeySet, readKeySet } from './read-key-set.ts';

/** Keeps the last good document over restarts; a failure of it only costs that. */
export interface JwksShelf {
  load(): Promise<unknown>;
  save(document: unknown): Promise<void>;
}

export interface JwksEvents {
  readonly refreshed: (keys: number) => void;
  /** The last good set stays in use. */
  readonly failed: (error: unknown) => void;
}

export interface JwksCache {
  /** The last good set; null as long as none was ever had. */
  readonly current: () => KeySet | null;
  /**
   * Called when a delivery does not verify by any key of the set, which may be because it is a new one.
   * Looks the set up at most once per cool-down, however many call.
   * @returns the set if it is another one than `known`, otherwise null
   */
  readonly renewed: (known: KeySet | null) => Promise<KeySet | null>;
  /** Resolves after the first attempt. */
  readonly start: () => Promise<void>;
  readonly stop: () => void;
}

const REFRESH_EVERY_MS = 10 * 60_000;
/** As long as there is no set at all, it is asked for more often. */
const RETRY_EVERY_MS = 5_000;
const COOL_DOWN_MS = 30_000;

/**
 * The keys of one JWKS URL: fetched at start, refreshed in the background, kept through an outage of
 * the URL for as long as it lasts. A revoked key is gone with the next good answer.
 *
 * @param options.now monotonic milliseconds
 * @param options.schedule as setTimeout; returns the way to cancel it
 */
export function createJwksCache(options: {
  readonly fetchDocument: () => Promise<unknown>;
  readonly shelf: JwksShelf;
  readonly events: JwksEvents;
  readonly now: () => number;
  readonly schedule: (work: () => void, delayMs: number) => () => void;
}): JwksCache {
  const { fetchDocument, shelf, events, now, schedule } = options;
  let set: KeySet | null = null;
  let printed = '';
  let lastAttemptAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  let cancel = (): void => undefined;
  let stopped = false;

  const take = (document: unknown): boolean => {
    const read = readKeySet(document);
    if (read === null) return false;
    const text = JSON.stringify(document);
    // The same keys stay the same object, so that nobody verifies anew for nothing.
    if (text !== printed) {
      set = read;
      printed = text;
    }
    return true;
  };

  const attempt = async (): Promise<void> => {
    lastAttemptAt = now();
    try {
      const document = await fetchDocument();
      const before = printed;
      if (!take(document)) throw new Error('the answer is no JWKS with a key that can be used');
      events.refreshed((set?.ed25519.length ?? 0) + (set?.rsa.size ?? 0));
      if (before !== printed) await shelf.save(document).catch(events.failed);
    } catch (error) {
      events.failed(error);
    }
  };

  const refresh = (): Promise<void> => {
    running ??= attempt().finally(() => {
      running = undefined;
      cancel();
      if (!stopped) {
        cancel = schedule(() => void refresh(), set === null ? RETRY_EVERY_MS : REFRESH_EVERY_MS);
      }
    });
    return running;
  };

  return {
    current: () => set,
    async renewed(known) {
      if (set !== known) return set;
      if (running !== undefined || now() - lastAttemptAt >= COOL_DOWN_MS) await refresh();
      return set === known ? null : set;
    },
    async start() {
      take(await shelf.load().catch(() => undefined));
      await refresh();
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
