import { type Consumer, defineConsumer } from '@gemini-events/consumer';
import type { Family } from '@gemini-events/schemas';
import { outcomeOfError } from './outcome-of-error.ts';
import { type Parts, settleOutput } from './settle-output.ts';
import type { TimeLeft } from './time-left.ts';

/** Follows the pointer of an event, stores the output once, and announces it. */
export function createResultsConsumer({
  retryDelaysMs,
  concurrency,
  timeLeft,
  ...parts
}: Parts & {
  readonly retryDelaysMs: readonly number[];
  readonly concurrency: number;
  readonly timeLeft: TimeLeft;
}): Consumer<Family> {
  return defineConsumer({
    name: 'results',
    subscribe: ['batch', 'interaction', 'video'],
    retryDelaysMs,
    concurrency,
    // The call that fetches the output also shows whether the job is ours.
    acceptUnproven: true,
    async handle(event, context) {
      const end = timeLeft.begin(event.occurred_at);
      try {
        return await settleOutput(parts, event, context);
      } catch (error) {
        if (context.signal.aborted) throw error;
        return outcomeOfError(error, event.occurred_at, parts.now());
      } finally {
        end();
      }
    },
  });
}
