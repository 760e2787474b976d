const TERMINAL_EVERY_MS = 100;
const LINES_EVERY_MS = 5_000;
const BAR = 20;
/** The bar is left out below it. */
const NARROW = 60;
const CLEAR = '\r\u001b[2K';

type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'write'> & { readonly columns?: number };

/** Tells how far long work is: a bar on a terminal, a line now and then elsewhere. */
export interface ProgressBar {
  /** @param done of the total */
  readonly to: (done: number) => void;
  /** Takes the bar away. */
  readonly end: () => void;
}

export function createProgressBar(
  stream: Stream | undefined,
  options: {
    readonly total: number;
    readonly now: () => number;
    /** An amount as it is shown, for example `12 MiB`. @default as a whole number */
    readonly show?: (amount: number) => string;
  },
): ProgressBar {
  const { total, now, show = (amount) => String(Math.round(amount)) } = options;
  const isTerminal = stream?.isTTY === true;
  const every = isTerminal ? TERMINAL_EVERY_MS : LINES_EVERY_MS;
  const startedAt = now();
  let first: number | null = null;
  let drawnAt = startedAt;
  const line = (done: number): string => {
    const seconds = Math.max((now() - startedAt) / 1_000, 0.001);
    const perSecond = (done - (first ?? 0)) / seconds;
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const left = perSecond <= 0 ? '?' : String(Math.ceil((total - done) / perSecond));
    const percent = `${Math.floor(share * 100)}%`.padStart(4);
    const bar = '#'.repeat(Math.floor(share * BAR)).padEnd(BAR, '.');
    const columns = stream?.columns ?? 80;
    const text = `${percent}  ${show(done)} of ${show(total)}, ${show(perSecond)}/s, ${left} s left`;
    if (!isTerminal) return text.trim();
    // A line that is broken could not be taken away again.
    return (columns < NARROW ? text : `${bar} ${text}`).slice(0, columns - 1);
  };
  return {
    to(done) {
      // What was there before this life says nothing about its pace.
      first ??= done;
      if (now() - drawnAt < every) return;
      drawnAt = now();
      stream?.write(isTerminal ? `${CLEAR}${line(done)}` : `${line(done)}\n`);
    },
    end() {
      if (isTerminal) stream?.write(CLEAR);
    },
  };
}
