import type { CopyRange } from '@gemini-events/kafka/copier';
import { topicNames } from '@gemini-events/schemas';
import type { Letter } from './letter.ts';

/** The parts of their dead-letter topic in which letters of one consumer stand. */
export function rangesOf(
  prefix: string,
  letters: readonly Pick<Letter, 'consumer' | 'partition' | 'offset'>[],
): readonly CopyRange[] {
  return [...Map.groupBy(letters, ({ partition }) => partition)].map(([partition, ofPartition]) => {
    let [from, until] = [Infinity, 0];
    for (const { offset } of ofPartition) {
      from = Math.min(from, offset);
      until = Math.max(until, offset + 1);
    }
    return {
      topic: topicNames(prefix).dlq(ofPartition[0]?.consumer ?? ''),
      partition,
      from,
      until,
    };
  });
}
