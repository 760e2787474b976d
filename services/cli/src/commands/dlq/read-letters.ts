import { HEADER } from '@gemini-events/events';
import { type Cluster, createNamedHeaders, type RawRecord, readToEnd } from '@gemini-events/kafka';
import type { Decision, Decisions } from '@gemini-events/postgres';
import { topicNames } from '@gemini-events/schemas';
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
    onRecord: (partition, record) =>
      letters.push(letterOf(record, { consumer, partition, headers: headersOf(record) })),
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

function letterOf(
  record: RawRecord,
  {
    consumer,
    partition,
    headers,
  }: {
    readonly consumer: string;
    readonly partition: number;
    readonly headers: ReturnType<ReturnType<typeof createNamedHeaders>>;
  },
): Letter {
  const text = (name: string): string => headers[name]?.toString() ?? '';
  const number = (name: string): number => Number(text(name)) || 0;
  const time = (name: string): number => Date.parse(text(name)) || record.timestamp;
  const code = text('dlq-error-code') || 'ERR_UNEXPECTED';
  const message = text('dlq-error-message');
  return {
    consumer,
    partition,
    offset: record.offset,
    eventId: text('ce_id') || text(HEADER.webhookId),
    type: text('ce_type'),
    source: text(HEADER.source),
    resource: text('ce_subject') || (record.key?.toString() ?? ''),
    code,
    message,
    fingerprint: fingerprintOf(code, message),
    attempts: number('dlq-attempts'),
    firstFailureAt: time('dlq-first-failure'),
    lastFailureAt: time('dlq-last-failure'),
    redrives: number('redrive-count'),
    origin: {
      topic: text('dlq-topic'),
      partition: number('dlq-partition'),
      offset: number('dlq-offset'),
    },
  };
}
