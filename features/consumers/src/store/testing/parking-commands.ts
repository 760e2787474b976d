import fc from 'fast-check';
import { expect } from 'vitest';
import type { NewParked, Parked, Parking } from '../parking/parking.ts';

const CONSUMER = 'results';
const PARTITIONS = [0, 1];

/** Two parkings that get the same, and the records that both have handed out. */
interface ParkingPair {
  readonly model: Parking;
  readonly known: { readonly model: Parked; readonly real: Parked }[];
}

type ParkingCommand = fc.AsyncCommand<ParkingPair, Parking>;

/** Sequences have gaps that differ; only their order counts. */
const withoutSequence = (parked: Parked): object => ({ ...parked, sequence: null });

const command = (
  text: string,
  run: (pair: ParkingPair, real: Parking) => Promise<void>,
): ParkingCommand => ({
  check: () => true,
  async run(pair, real) {
    await run(pair, real);
    for (const partition of PARTITIONS) {
      const keys = await real.blockedKeys(CONSUMER, partition);
      expect(keys.toSorted()).toEqual(
        (await pair.model.blockedKeys(CONSUMER, partition)).toSorted(),
      );
    }
    expect(await real.counts(CONSUMER)).toEqual(await pair.model.counts(CONSUMER));
  },
  toString: () => text,
});

const park = (records: readonly NewParked[]): ParkingCommand => {
  const places = records.map(
    ({ record }) => `${record.topic}/${record.partition}/${record.offset}`,
  );
  return command(`park [${places.join()}]`, async ({ model }, real) => {
    await model.park(CONSUMER, records);
    await real.park(CONSUMER, records);
  });
};

const due = (partitions: readonly number[], now: number, limit: number): ParkingCommand =>
  command(`due [${partitions.join()}] at ${now}, ${limit}`, async ({ model, known }, real) => {
    const expected = await model.due(CONSUMER, partitions, now, limit);
    const found = await real.due(CONSUMER, partitions, now, limit);
    expect(found.map(withoutSequence)).toEqual(expected.map(withoutSequence));
    for (const [index, each] of found.entries())
      known.push({ model: expected[index]!, real: each });
  });

/** Records by their numbers, from the latest handed out; gone ones among them. */
const pick = ({ known }: ParkingPair, numbers: readonly number[]): ParkingPair['known'] =>
  numbers.flatMap((number) => known.at(-1 - number) ?? []);

const begin = (numbers: readonly number[]): ParkingCommand =>
  command(`begin [${numbers.join()}]`, async (pair, real) => {
    const records = pick(pair, numbers);
    const expected = await pair.model.begin(records.map(({ model }) => model));
    expect(await real.begin(records.map((each) => each.real))).toEqual(expected);
  });

const remove = (numbers: readonly number[]): ParkingCommand =>
  command(`remove [${numbers.join()}]`, async (pair, real) => {
    const records = pick(pair, numbers);
    const expected = await pair.model.remove(records.map(({ model }) => model));
    expect(await real.remove(records.map((each) => each.real))).toEqual(expected);
  });

const postpone = (number: number, dueAt: number): ParkingCommand =>
  command(`postpone ${number} to ${dueAt}`, async (pair, real) => {
    for (const record of pick(pair, [number])) {
      const failure = { code: 'ERR', message: `until ${dueAt}`, at: dueAt - 1 };
      const later = { dueAt, attempts: dueAt, failure };
      await pair.model.postpone(record.model, later);
      await real.postpone(record.real, later);
    }
  });

const following = (number: number, limit: number): ParkingCommand =>
  command(`following ${number}, ${limit}`, async (pair, real) => {
    for (const record of pick(pair, [number])) {
      const expected = await pair.model.following(record.model, limit);
      const found = await real.following(record.real, limit);
      expect(found.map(withoutSequence)).toEqual(expected.map(withoutSequence));
    }
  });

const time = fc.integer({ min: 1, max: 5 });
const numbers = fc.array(fc.nat(5), { maxLength: 4 });
const newParked = fc
  .record({
    topic: fc.constantFrom('events', 'replay'),
    partition: fc.constantFrom(...PARTITIONS),
    offset: fc.nat(11),
    dueAt: time,
    failedAt: fc.option(time),
  })
  .map(
    ({ topic, partition, offset, dueAt, failedAt }): NewParked => ({
      record: {
        topic,
        partition,
        offset: BigInt(offset),
        timestamp: offset,
        key: ['a', 'b', '', 'a'][offset % 4]!,
        value: null,
        headers: {},
      },
      dueAt,
      attempts: failedAt === null ? 0 : 1,
      failure: failedAt === null ? null : { code: 'ERR', message: 'first', at: failedAt },
    }),
  );

/** Any of what may happen to a parking. */
export function parkingCommands(maxCommands: number): fc.Arbitrary<Iterable<ParkingCommand>> {
  return fc.commands(
    [
      fc.array(newParked, { maxLength: 8 }).map(park),
      fc
        .tuple(fc.subarray(PARTITIONS), time, fc.integer({ min: 1, max: 6 }))
        .map((given) => due(...given)),
      numbers.map(begin),
      numbers.map(remove),
      fc.tuple(fc.nat(5), time).map((given) => postpone(...given)),
      fc.tuple(fc.nat(5), time).map((given) => following(...given)),
    ],
    { maxCommands },
  );
}
