import type { GeminiEvent } from '@gemini-events/consumer';
import { familyOf } from '@gemini-events/events';
import type { Launches } from '@gemini-events/postgres';

/** A call that is older has its answer, or will never have one: its event has to tell then. */
const YOUNG_MS = 30_000;
const LOOKED_AT = 50;

/** Whether a call that makes a job of the event's family waits for its answer. */
export function createIsCalling(
  launches: Pick<Launches, 'list'>,
): (event: Pick<GeminiEvent, 'type'>) => Promise<boolean> {
  return async ({ type }) => {
    const calls = await launches.list({ state: 'calling', limit: LOOKED_AT });
    const family = familyOf(type);
    return calls.some(({ kind, ageMs }) => {
      // A video is asked of an interaction.
      const made = kind === 'video' ? 'interaction' : kind;
      return made === family && ageMs < YOUNG_MS;
    });
  };
}
