import type { RecordSender, SendOutcome } from './record-sender.ts';

/** Told once per change, never per record. */
export interface LinkEvents {
  readonly connected: () => void;
  readonly lost: (cause: unknown) => void;
}

/** The connection to Kafka as one thing that is up or down, whatever clients come and go. */
export interface SenderLink {
  readonly isUp: boolean;
  /** Monotonic milliseconds since when it is down; null while it is up. */
  readonly downSince: number | null;
  /** Calls in flight on the present client. */
  readonly busy: number;
  /** Runs a call on the present client. Its slot stays taken for `againAfterMs` after an `again`. */
  call(
    run: (sender: RecordSender) => Promise<SendOutcome>,
    againAfterMs: number,
  ): Promise<SendOutcome>;
  close(): Promise<void>;
}

const FIRST_RECONNECT_MS = 50;
const MAX_RECONNECT_MS = 1_000;

/**
 * Keeps one client. A call that is `lost`, or has no answer within `callTimeoutMs` (a broker that
 * hangs does not refuse), costs the client: it is dropped and a new one is made until one answers.
 */
export function createSenderLink(options: {
  readonly openSender: () => RecordSender;
  readonly events: LinkEvents;
  readonly callTimeoutMs: number;
  readonly probeEveryMs: number;
  readonly now: () => number;
  readonly onUp: () => void;
  /** A check of an idle client that was not lost. */
  readonly onChecked: (outcome: SendOutcome) => void;
}): SenderLink {
  const { now, callTimeoutMs, probeEveryMs, events } = options;
  const ending = new AbortController();
  let current: { readonly sender: RecordSender; busy: number } | null = null;
  let downSince: number | null = now();
  let lastAnswer = now();
  let isOutageTold = false;

  function tellOutage(cause: unknown): void {
    if (!isOutageTold) events.lost(cause);
    isOutageTold = true;
  }

  async function bounded(outcome: Promise<SendOutcome>): Promise<SendOutcome> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<SendOutcome>((resolve) => {
      timer = setTimeout(() => {
        resolve({ kind: 'lost', cause: new Error(`no answer within ${callTimeoutMs} ms`) });
      }, callTimeoutMs);
    });
    const first = await Promise.race([outcome, late]);
    clearTimeout(timer);
    return first;
  }

  function drop(lost: { readonly sender: RecordSender }, cause: unknown): void {
    // A second failure of the same client, or one of a client that was replaced already.
    if (lost !== current) return;
    current = null;
    downSince = now();
    tellOutage(cause);
    void lost.sender.close();
    void connect();
  }

  async function connect(): Promise<void> {
    for (let limitMs = FIRST_RECONNECT_MS; !ending.signal.aborted; limitMs = next(limitMs)) {
      const sender = options.openSender();
      const outcome = await bounded(sender.check());
      if (outcome.kind !== 'lost' && !ending.signal.aborted) {
        current = { sender, busy: 0 };
        downSince = null;
        lastAnswer = now();
        isOutageTold = false;
        events.connected();
        options.onChecked(outcome);
        options.onUp();
        return;
      }
      if (outcome.kind === 'lost') tellOutage(outcome.cause);
      await sender.close();
      await pause(limitMs * (0.5 + Math.random() / 2));
    }
  }

  const next = (limitMs: number): number => Math.min(limitMs * 2, MAX_RECONNECT_MS);

  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(wake, milliseconds);
      function wake(): void {
        clearTimeout(timer);
        ending.signal.removeEventListener('abort', wake);
        resolve();
      }
      if (ending.signal.aborted) wake();
      else ending.signal.addEventListener('abort', wake);
    });

  async function probe(): Promise<void> {
    while (!ending.signal.aborted) {
      await pause(probeEveryMs);
      const idle = current;
      if (idle === null || idle.busy > 0 || now() - lastAnswer < probeEveryMs) continue;
      const outcome = await bounded(idle.sender.check());
      if (outcome.kind === 'lost') drop(idle, outcome.cause);
      else if (idle === current) options.onChecked(outcome);
    }
  }

  void connect();
  void probe();

  return {
    get isUp() {
      return current !== null;
    },
    get downSince() {
      return downSince;
    },
    get busy() {
      return current?.busy ?? 0;
    },
    async call(run, againAfterMs) {
      const used = current;
      if (used === null) return { kind: 'lost', cause: new Error('not connected') };
      used.busy += 1;
      const outcome = await bounded(run(used.sender));
      if (outcome.kind === 'acked') lastAnswer = now();
      else if (outcome.kind === 'lost') drop(used, outcome.cause);
      else if (outcome.kind === 'again') await pause(againAfterMs);
      used.busy -= 1;
      return outcome;
    },
    async close() {
      ending.abort();
      const last = current;
      current = null;
      await last?.sender.close();
    },
  };
}
