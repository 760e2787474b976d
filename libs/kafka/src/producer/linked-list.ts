/** Fields of something that can stand in a list, in one at a time. */
export interface Link<Entry> {
  isLinked: boolean;
  previous: Entry | null;
  next: Entry | null;
}

/**
 * A list in order of insertion that any entry can leave. For entries that come and go by the thousand
 * a Set or Map will not do: each table that one outgrows points to the next. Once such a table has got
 * old, all that it and the later ones hold stays alive until the next full garbage collection.
 */
export class LinkedList<Entry extends Link<Entry>> {
  #first: Entry | null = null;
  #last: Entry | null = null;

  get first(): Entry | null {
    return this.#first;
  }

  append(entry: Entry): void {
    entry.isLinked = true;
    entry.previous = this.#last;
    if (this.#last === null) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
  }

  /** Takes an entry out; false where it is out already. */
  remove(entry: Entry): boolean {
    if (!entry.isLinked) return false;
    const { previous, next } = entry;
    if (previous === null) this.#first = next;
    else previous.next = next;
    if (next === null) this.#last = previous;
    else next.previous = previous;
    entry.isLinked = false;
    // Nothing may hang on what is out.
    entry.previous = null;
    entry.next = null;
    return true;
  }
}
