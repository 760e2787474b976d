import type { GeminiEvent } from '@gemini-events/consumer';
import { familyOf } from '@gemini-events/events';
import type { Launch } from '@gemini-events/launches';

/** A call that is older has its answer, or will never have one: its event has to tell then. */
const YOUNG_MS = 30_000;

/** Whether one of the calls under way may have made the job of an event, and may still be answered. */
export function isFromYoungCall(
  { type }: Pick<GeminiEvent, 'type'>,
  calling: readonly Pick<Launch, 'kind' | 'ageMs'>[],
): boolean {
  const family = familyOf(type);
  return calling.some(({ kind, ageMs }) => {
    // A video is asked of an interaction.
    const made = kind === 'video' ? 'interaction' : kind;
    return made === family && ageMs < YOUNG_MS;
  });
}
