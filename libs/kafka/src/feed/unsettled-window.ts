/** What a window has to know of a record: its offset, and where its bytes begin and end. */
interface Placed {
  readonly offset: number;
  readonly start: number;
  readonly end: number;
}

/** The records of one fetch, as long as one of them is not settled. */
export interface Run {
  readonly offsets: Float64Array;
  readonly sizes: Uint32Array;
  readonly isSettled: Uint8Array;
  /** How many are not settled. */
  left: number;
  /** All before this index are settled. */
  mark: number;
  /** The window began anew: what is settled here counts no more. */
  isDropped: boolean;
  previous: Run | null;
  following: Run | null;
}

/**
 * Records of one topic-partition between the first that is not settled and the last that was fetched.
 * Settling costs the same however many wait, and a run whose records are all settled leaves nothing
 * behind: one slow record in front of a million settled ones holds no memory for them.
 */
export class UnsettledWindow {
  #records = 0;
  #bytes = 0;
  #next: number;
  #first: Run | null = null;
  #last: Run | null = null;

  /** @param position offset of the first record to come */
  constructor(position: number) {
    this.#next = position;
  }

  /** How many records are not settled. */
  get records(): number {
    return this.#records;
  }

  /** Sum of the sizes of records that are not settled. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Offset behind all that was added: where to fetch next. */
  get next(): number {
    return this.#next;
  }

  /** All records before this offset are settled: it may be committed. */
  get watermark(): number {
    const run = this.#first;
    if (run === null) return this.#next;
    // Only runs with an unsettled record are in the list, so this ends before the end of the run.
    while (run.isSettled[run.mark] === 1) run.mark += 1;
    return run.offsets[run.mark] ?? this.#next;
  }

  /**
   * Adds what a fetch gave, in order.
   * @param next offset behind it, markers and records of aborted transactions included
   */
  add(records: readonly Placed[], next: number): Run {
    const { length } = records;
    const run: Run = {
      offsets: new Float64Array(length),
      sizes: new Uint32Array(length),
      isSettled: new Uint8Array(length),
      left: length,
      mark: 0,
      isDropped: false,
      previous: this.#last,
      following: null,
    };
    for (let at = 0; at < length; at += 1) {
      const { offset, start, end } = records[at] as Placed;
      run.offsets[at] = offset;
      run.sizes[at] = end - start;
      this.#bytes += end - start;
    }
    this.#records += length;
    this.#next = next;
    if (length > 0) this.#append(run);
    return run;
  }

  /** @returns false where it was settled before, or counts no more */
  settle(run: Run, index: number): boolean {
    if (run.isDropped || run.isSettled[index] === 1) return false;
    run.isSettled[index] = 1;
    run.left -= 1;
    this.#records -= 1;
    this.#bytes -= run.sizes[index] ?? 0;
    if (run.left === 0) this.#remove(run);
    return true;
  }

  /** Forgets all records and goes on at another offset. */
  restart(position: number): void {
    for (let run = this.#first; run !== null; run = run.following) run.isDropped = true;
    this.#first = null;
    this.#last = null;
    this.#records = 0;
    this.#bytes = 0;
    this.#next = position;
  }

  #append(run: Run): void {
    if (this.#last === null) this.#first = run;
    else this.#last.following = run;
    this.#last = run;
  }

  #remove({ previous, following }: Run): void {
    if (previous === null) this.#first = following;
    else previous.following = following;
    if (following === null) this.#last = previous;
    else following.previous = previous;
  }
}
