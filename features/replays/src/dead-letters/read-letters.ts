import { readDeadLetter } from '@gemini-events/events';
import type { Cluster } from '@gemini-events/kafka/cluster';
import { readToEnd } from '@gemini-events/kafka/reader';
import { createNamedHeaders } from '@gemini-events/kafka/wire';
import { topicNames } from '@gemini-events/schemas';
import type { Decision, Decisions } from '../store/postgres-decisions.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { DecidedLetter, Letter } from './letter.ts';

const LIMIT_MS = 300_000;

/** All dead letters of a consumer that its topic still holds, with what was decided about each, oldest first. */
export async function readLetters(
  cluster: Cluster,
  decisions: Pick<Decisions, 'of'>,
  { prefix, consumer }: { readonly prefix: string; readonly consumer: string },
): Promise<readonly DecidedLetter[]> {
  const headersOf = createNamedHeaders();
  const letters: Letter[] = [];
  await readToEnd(cluster, topicNames(prefix).dlq(consumer), {
    from: 'earliest',
    signal: AbortSignal.timeout(LIMIT_MS),
    onRecord(partition, record) {
      const headers = headersOf(record);
      const letter = readDeadLetter({
        header: (name) => headers[name]?.toString() ?? '',
        key: record.key?.toString() ?? '',
        timestamp: record.timestamp,
      });
      const fingerprint = fingerprintOf(letter.code, letter.message);
      letters.push({ ...letter, consumer, partition, offset: record.offset, fingerprint });
    },
  });
  const decided = new Map((await decisions.of(consumer)).map((each) => [placeOf(each), each]));
  return letters
    .map((letter) => withDecision(letter, decided.get(placeOf(letter))))
    .sort((one, other) => one.lastFailureAt - other.lastFailureAt);
}

export function placeOf({ partition, offset }: Pick<Letter, 'partition' | 'offset'>): string {
  return `${partition}/${offset}`;
}

function withDecision(letter: Letter, decision: Decision | undefined): DecidedLetter {
  return {
    ...letter,
    state: decision?.decision ?? 'open',
    decidedBy: decision?.actor ?? null,
    decidedAt: decision?.at ?? null,
    reason: decision?.reason ?? null,
    replay: decision?.replay ?? null,
  };
}
