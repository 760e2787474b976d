/** A process of its own that fills a topic with deliveries; prints one line of JSON at its end. */
import { createRandom } from '../../chaos/random.ts';
import { publishAll } from './publish.ts';
import { createRecords } from './records.ts';

export interface FillOptions {
  readonly brokers: string;
  readonly topic: string;
  readonly records: number;
  readonly seed: number;
}

export interface FillResult {
  /** Deliveries that are no repeats: numbers 0 to this, exclusive. */
  readonly distinct: number;
}

const REPEATS_PER_THOUSAND = 200;

async function fill(options: FillOptions): Promise<FillResult> {
  const random = createRandom(options.seed);
  const recordOf = createRecords();
  let distinct = 0;
  function* deliveries() {
    for (let at = 0; at < options.records; at += 1) {
      // A repeat can be one of any delivery before it: what was seen long ago is to be found as well.
      const repeats = distinct > 0 && random.int(0, 999) < REPEATS_PER_THOUSAND;
      yield recordOf(repeats ? random.int(0, distinct - 1) : distinct++);
    }
  }
  await publishAll(options.brokers, options.topic, deliveries());
  return { distinct };
}

const result = await fill(JSON.parse(process.argv[2] ?? '') as FillOptions);
process.stdout.write(`${JSON.stringify(result)}\n`);
