import { sizeText } from './render.ts';

const TERMINAL_EVERY_MS = 100;
const LINES_EVERY_MS = 5_000;
const BAR = 20;

/** Tells how far a long transfer is: a bar on a terminal, a line now and then elsewhere. */
export interface Progress {
  readonly add: (bytes: number) => void;
  readonly end: () => void;
}

export function createProgress(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> | undefined,
  options: { readonly total: number; readonly now: () => number },
): Progress {
  const { total, now } = options;
  const isTerminal = stream?.isTTY === true;
  const every = isTerminal ? TERMINAL_EVERY_MS : LINES_EVERY_MS;
  const startedAt = now();
  let drawnAt = startedAt;
  let done = 0;
  const line = (): string => {
    const seconds = Math.max((now() - startedAt) / 1_000, 0.001);
    const perSecond = done / seconds;
    const share = total === 0 ? 1 : done / total;
    const left = perSecond === 0 ? '?' : Math.ceil((total - done) / perSecond);
    const bar = '#'.repeat(Math.floor(share * BAR)).padEnd(BAR, '.');
    const percent = `${Math.floor(share * 100)}%`.padStart(4);
    return `${bar} ${percent}  ${sizeText(done)} of ${sizeText(total)}, ${sizeText(perSecond)}/s, ${left} s left`;
  };
  return {
    add(bytes) {
      done += bytes;
      if (now() - drawnAt < every) return;
      drawnAt = now();
      stream?.write(isTerminal ? `\r\u001b[2K${line()}` : `${line()}\n`);
    },
    end() {
      if (isTerminal) stream?.write('\r\u001b[2K');
    },
  };
}
