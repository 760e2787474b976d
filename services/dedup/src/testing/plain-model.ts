import type { DedupKey } from '../processors/drop-duplicate.ts';

/** A delivery of the model: what dedup has to decide about, without its form. */
export interface ModelDelivery {
  readonly id: string;
  readonly kind: 'genuine' | 'synthetic' | 'token' | 'broken';
  readonly resource: string | null;
  readonly body: string;
  readonly timeMs: number;
}

interface Seen {
  readonly firstMs: number;
  readonly what: string;
}

/**
 * Dedup of one partition as one would explain it: a map and a clock, no transactions, no hashes. For
 * tests, which compare the real one with it.
 */
export class PlainModel {
  readonly #key: DedupKey;
  readonly #windowMs: number;
  readonly #seen = new Map<string, Seen>();
  #clockMs = 0;
  #latestFirstMs = 0;

  constructor(key: DedupKey, windowMs: number) {
    this.#key = key;
    this.#windowMs = windowMs;
  }

  take({ id, kind, resource, body, timeMs }: ModelDelivery): 'events' | 'quarantine' | 'dropped' {
    this.#clockMs = Math.max(this.#clockMs, timeMs);
    if (kind === 'broken') return 'quarantine';
    const first = kind === 'token' ? `token ${body}` : `id ${id}`;
    const before = this.#look(first);
    if (before !== null) return before === body ? 'dropped' : 'quarantine';
    this.#remember(first, body);
    if (kind === 'token' || resource === null) return 'events';
    const second = `resource ${resource}`;
    const publisher = this.#look(second);
    if (publisher === null) {
      this.#remember(second, kind);
      return 'events';
    }
    const bothGenuine = publisher === 'genuine' && kind === 'genuine';
    return bothGenuine && this.#key === 'webhook-id' ? 'events' : 'dropped';
  }

  get clockMs(): number {
    return this.#clockMs;
  }

  /** After a restart the time is known only from what was remembered, or from what was known before. */
  setBack(knownMs = 0): void {
    this.#clockMs = Math.max(knownMs, this.#latestFirstMs);
  }

  #look(key: string): string | null {
    const seen = this.#seen.get(key);
    return seen !== undefined && this.#clockMs - seen.firstMs < this.#windowMs ? seen.what : null;
  }

  #remember(key: string, what: string): void {
    this.#seen.set(key, { firstMs: this.#clockMs, what });
    this.#latestFirstMs = this.#clockMs;
  }
}
