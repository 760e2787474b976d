import { type Consumer, defineConsumer } from '@gemini-events/consumer';
import type { Family } from '@gemini-events/schemas';
import { outcomeOfError } from './outcome-of-error.ts';
import { type Parts, storeOutput } from './store-output.ts';

/** Follows the pointer of an event, stores the output once, and announces it. */
export function createResultsConsumer({
  retryDelaysMs,
  ...parts
}: Parts & { readonly retryDelaysMs: readonly number[] }): Consumer<Family> {
  return defineConsumer({
    name: 'results',
    subscribe: ['batch', 'interaction', 'video'],
    retryDelaysMs,
    // The call that fetches the output also shows whether the job is ours.
    acceptUnproven: true,
    async handle(event, { signal }) {
      try {
        return await storeOutput(parts, event, signal);
      } catch (error) {
        return outcomeOfError(error);
      }
    },
  });
}
