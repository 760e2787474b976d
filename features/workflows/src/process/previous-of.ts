import { isBridgeError } from '@gemini-events/events';
import type { Gemini } from '@gemini-events/gemini';
import { z } from 'zod';

const schema = z.object({ previous_interaction_id: z.string().nullish() });

/** Asks Gemini which interaction another one continues. */
export function createPreviousOf(
  gemini: Pick<Gemini, 'getInteraction'>,
): (id: string, signal: AbortSignal) => Promise<string | null> {
  return async (id, signal) => {
    try {
      const given = await gemini.getInteraction(id, signal);
      return schema.parse(given).previous_interaction_id ?? null;
    } catch (error) {
      // Gone, or none that could be asked for: then it continues nothing of ours.
      if (
        isBridgeError(error, 'ERR_GEMINI_NOT_FOUND', 'ERR_RESULT_POINTER', 'ERR_GEMINI_REFUSED')
      ) {
        return null;
      }
      throw error;
    }
  };
}
