import { createProgressBar, sizeText } from '@gemini-events/cli-kit';

/** Tells how far a long transfer is. */
export interface Progress {
  readonly add: (bytes: number) => void;
  readonly end: () => void;
}

export function createProgress(
  stream: Parameters<typeof createProgressBar>[0],
  options: { readonly total: number; readonly now: () => number },
): Progress {
  const bar = createProgressBar(stream, { ...options, show: sizeText });
  let done = 0;
  bar.to(0);
  return {
    add(bytes) {
      done += bytes;
      bar.to(done);
    },
    end: bar.end,
  };
}
