import { finished, type Readable } from 'node:stream';

/**
 * The chunks of a body, each as it was read. What iterates over a `Readable` gives those that have piled up
 * as one, which is copied for that.
 */
export async function* chunksOf(body: Readable): AsyncGenerator<Buffer, void> {
  const read: Buffer[] = [];
  let isOver = false;
  let failure: Error | null = null;
  let wake = (): void => undefined;
  body.on('data', (chunk: Buffer) => {
    body.pause();
    read.push(chunk);
    wake();
  });
  finished(body, (error) => {
    isOver = true;
    failure = error ?? null;
    wake();
  });
  try {
    for (;;) {
      const chunk = read.shift();
      if (chunk !== undefined) {
        yield chunk;
      } else if (isOver) {
        if (failure !== null) throw failure as Error;
        return;
      } else {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        body.resume();
        await woken;
      }
    }
  } finally {
    body.destroy();
  }
}
