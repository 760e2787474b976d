import { setTimeout as delay } from 'node:timers/promises';
import type { Asked, Bed } from '../../consumer/bed.ts';
import { findFaults } from './verify.ts';
import { untilEffects, withBed } from './with-bed.ts';

const ROUNDS = 5;
const PORTIONS = 100;
const EVERY_MS = 100;
const PER_PORTION = 20;
const KEYS = 300;
const LATER_EVENTS = 100;
/** It fails twice, so it is handled when these are over. */
const RETRY_DELAYS_MS = [2_000, 4_000];
const MOST = 1.2;

/**
 * Two hundred events a second of three hundred keys, in turns alone and beside a key whose first event
 * fails twice while a hundred later ones of it arrive. Then: that key is handled in order, and the others
 * have not waited longer than alone.
 */
export function runFailingKey(say: (line: string) => void): Promise<readonly string[]> {
  return withBed(async (bed) => {
    const instance = await bed.launch('i1', { RETRY_DELAYS_MS: JSON.stringify(RETRY_DELAYS_MS) });
    while (!(await instance.isReady())) await delay(100);
    const all: Asked[] = [];
    const waits = { alone: [] as number[], beside: [] as number[] };
    all.push(...(await load(bed, 'warm', all.length, false)).asked);
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const kind of ['alone', 'beside'] as const) {
        const name = `${kind}-${round}`;
        const loaded = await load(bed, name, all.length, kind === 'beside');
        all.push(...loaded.asked);
        waits[kind].push(...loaded.waits);
        say(
          `  round ${round}, ${kind}: p99 of the other keys ${p99Of(loaded.waits).toFixed(1)} ms`,
        );
      }
    }
    const ratio = p99Of(waits.beside) / p99Of(waits.alone);
    say(
      `  all rounds: ${p99Of(waits.alone).toFixed(1)} and ${p99Of(waits.beside).toFixed(1)} ms: ${ratio.toFixed(2)} times`,
    );
    const faults = await findFaults(bed, all, say);
    return ratio <= MOST
      ? faults
      : [...faults, `other keys wait ${ratio.toFixed(2)} times as long`];
  });
}

/** One round; resolves when all of it has its effect. */
async function load(
  bed: Bed,
  name: string,
  before: number,
  isFailing: boolean,
): Promise<{ readonly asked: readonly Asked[]; readonly waits: readonly number[] }> {
  const sentAt = new Map<string, number>();
  const asked: Asked[] = [];
  const startAt = Date.now();
  for (let portion = 0; portion < PORTIONS; portion += 1) {
    const others = Array.from({ length: PER_PORTION }, (_, at) => {
      const number = portion * PER_PORTION + at;
      return {
        id: `${name}-${number}`,
        resource: `batches/${name}-${number % KEYS}`,
        order: Math.floor(number / KEYS) + 1,
      };
    });
    for (const { id } of others) sentAt.set(id, Date.now());
    const failing = isFailing ? ofFailingKey(name, portion) : [];
    await bed.publish([...failing, ...others]);
    asked.push(...failing, ...others);
    await delay(Math.max(0, startAt + (portion + 1) * EVERY_MS - Date.now()));
  }
  await untilEffects(bed, before + asked.length, { limitMs: 60_000, say: () => undefined });
  const { rows } = await bed.db.query<{ id: string; ms: number }>(
    'select event_id as id, extract(epoch from at)::float8 * 1000 as ms from effects',
  );
  const waits = rows.flatMap(({ id, ms }) => {
    const sent = sentAt.get(id);
    return sent === undefined ? [] : [ms - sent];
  });
  return { asked, waits };
}

/** The first one fails twice; the later ones are there before it has succeeded. */
function ofFailingKey(name: string, portion: number): readonly Asked[] {
  const resource = `batches/${name}-failing`;
  if (portion === 0) return [{ id: `${name}-failing-0`, resource, order: 1, do: 'fail 2' }];
  const perPortion = 5;
  if (portion > LATER_EVENTS / perPortion) return [];
  return Array.from({ length: perPortion }, (_, at) => {
    const number = (portion - 1) * perPortion + at + 1;
    return { id: `${name}-failing-${number}`, resource, order: number + 1 };
  });
}

function p99Of(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.POSITIVE_INFINITY;
}
