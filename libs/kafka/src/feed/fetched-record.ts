import type { RawRecord } from '../wire/raw-record.ts';
import type { FedRecord } from './types.ts';
import type { Run } from './unsettled-window.ts';

/** The topic-partition that a record came from. */
interface Origin {
  readonly topic: string;
  readonly partition: number;
  headersOf(record: RawRecord): FedRecord['headers'];
  settle(run: Run, index: number): void;
}

/**
 * A record of a feed: a view of fetched bytes. Nothing of it is decoded before it is asked for, and key
 * and value are a new view each time; ask once.
 */
export class FetchedRecord implements FedRecord {
  readonly #origin: Origin;
  readonly #raw: RawRecord;
  readonly #run: Run;
  readonly #index: number;
  #headers: FedRecord['headers'] | null = null;

  constructor(origin: Origin, raw: RawRecord, run: Run, index: number) {
    this.#origin = origin;
    this.#raw = raw;
    this.#run = run;
    this.#index = index;
  }

  get topic(): string {
    return this.#origin.topic;
  }

  get partition(): number {
    return this.#origin.partition;
  }

  get offset(): bigint {
    return BigInt(this.#raw.offset);
  }

  get timestamp(): number {
    return this.#raw.timestamp;
  }

  get key(): Buffer | null {
    return this.#raw.key;
  }

  get value(): Buffer | null {
    return this.#raw.value;
  }

  get headers(): FedRecord['headers'] {
    this.#headers ??= this.#origin.headersOf(this.#raw);
    return this.#headers;
  }

  settle(): void {
    this.#origin.settle(this.#run, this.#index);
  }
}
