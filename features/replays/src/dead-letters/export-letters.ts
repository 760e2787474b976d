import type { Bridge } from '@gemini-events/cli-kit/bridge';
import { isBridgeError } from '@gemini-events/events';
import type { Decoder } from '@gemini-events/kafka/codec';
import { scanRanges } from '@gemini-events/kafka/copier';
import { createNamedHeaders } from '@gemini-events/kafka/wire';
import type { DecidedLetter } from './letter.ts';
import { rangesOf } from './letter-ranges.ts';
import { placeOf } from './read-letters.ts';

/**
 * Writes letters with all that their records hold, one after the other. A value that is no event of ours
 * comes in base64.
 * @returns how many
 */
export async function exportLetters(
  { cluster, decoder, prefix }: Bridge,
  letters: readonly DecidedLetter[],
  write: (line: string) => Promise<void>,
): Promise<number> {
  const byPlace = new Map(letters.map((letter) => [placeOf(letter), letter]));
  const headersOf = createNamedHeaders();
  const ranges = rangesOf(prefix, letters);
  const starts = ranges.map(({ from }) => from);
  let count = 0;
  for await (const portions of scanRanges(cluster, ranges, starts)) {
    for (const { range, records } of portions) {
      for (const record of records()) {
        const place = placeOf({ partition: range.partition, offset: record.offset });
        const letter = byPlace.get(place);
        if (letter === undefined) continue;
        const headers = Object.fromEntries(
          Object.entries(headersOf(record)).map(([name, value]) => [name, value.toString()]),
        );
        const event = await eventIn(decoder, record.value ?? Buffer.alloc(0));
        const key = record.key?.toString() ?? '';
        await write(JSON.stringify({ ...letter, key, headers, ...event }));
        count += 1;
      }
    }
  }
  return count;
}

async function eventIn(decoder: Decoder, value: Buffer): Promise<object> {
  try {
    return { event: (await decoder.decode(value)).value };
  } catch (error) {
    if (!isBridgeError(error, 'ERR_SCHEMA_UNKNOWN')) throw error;
    return { event: null, value: value.toString('base64') };
  }
}
