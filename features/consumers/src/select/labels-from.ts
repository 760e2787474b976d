import type { Decoder } from '@gemini-events/kafka/codec';
import type { ReadLabels } from './match-event.ts';

/** Reads the labels of an event out of its value. */
export function labelsFrom(decoder: Decoder): ReadLabels {
  return async (value) => {
    const { value: event } = await decoder.decode(value);
    return 'labels' in event ? event.labels : {};
  };
}
