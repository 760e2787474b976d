/**
 * A map whose entries together stay within a bound, in whatever unit their sizes are given; the oldest
 * are forgotten beyond it. One entry that is larger than the bound is not kept at all.
 */
export class BoundedMap<Value> {
  readonly limit: number;
  readonly #entries = new Map<string, { readonly value: Value; readonly size: number }>();
  #size = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** An entry that is set again counts as new. */
  set(key: string, value: Value, size = 1): void {
    this.delete(key);
    this.#entries.set(key, { value, size });
    this.#size += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.limit) break;
      this.delete(oldest);
    }
  }

  get(key: string): Value | null {
    return this.#entries.get(key)?.value ?? null;
  }

  delete(key: string): void {
    this.#size -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }

  /** Oldest first. */
  *values(): Generator<Value> {
    for (const { value } of this.#entries.values()) yield value;
  }
}
