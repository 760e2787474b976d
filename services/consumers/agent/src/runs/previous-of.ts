import { isBridgeError } from '@gemini-events/events';
import type { Gemini } from '@gemini-events/gemini';
import type { Launches } from '@gemini-events/postgres';
import { z } from 'zod';

const schema = z.object({ previous_interaction_id: z.string().nullish() });

/**
 * The interaction that another one continues. Gemini is asked only while a call is under way whose answer
 * nobody knows: else the answer changes nothing.
 */
export function createPreviousOf(
  gemini: Pick<Gemini, 'getInteraction'>,
  launches: Pick<Launches, 'list'>,
): (id: string, signal: AbortSignal) => Promise<string | null> {
  return async (id, signal) => {
    const underWay = await launches.list({ state: 'calling', limit: 1 });
    if (underWay.length === 0) return null;
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
