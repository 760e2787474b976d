interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Joins single calls into calls of many: while one is on its way, the next ones gather. One at a time, so
 * the order of requests is kept.
 *
 * @param call answers in the order of its requests
 */
export function createBatcher<Request, Answer>(
  call: (requests: readonly Request[]) => Promise<readonly Answer[]>,
  maxRequests: number,
): (request: Request) => Promise<Answer> {
  let waiting: Waiting<Request, Answer>[] = [];
  let isRunning = false;

  const run = async (): Promise<void> => {
    // Whoever asks in the same turn goes along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, maxRequests);
      try {
        const answers = await call(batch.map(({ request }) => request));
        for (const [at, each] of batch.entries()) each.resolve(answers[at] as Answer);
      } catch (error) {
        for (const each of batch) each.reject(error);
      }
    }
    isRunning = false;
  };
  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      if (isRunning) return;
      isRunning = true;
      void run();
    });
}
