import { hash } from 'node:crypto';
import type { JwksCache } from '@gemini-events/webhooks';
import { dynamicSource } from './dynamic-source.ts';
import type { FailureBudget } from './failure-budget.ts';
import type { ReadSource, ReadSources } from './read-sources-file.ts';
import type { Source, Sources } from './source.ts';
import { staticSource } from './static-source.ts';
import { createTokenMemory } from './token-memory.ts';
import { createWaitingRoom } from './waiting-room.ts';

export interface SourceEvents {
  readonly sourcesLoaded: (names: readonly string[]) => void;
  /** The former sources stay in use. */
  readonly sourcesRefused: (faults: readonly string[]) => void;
}

/** A JWKS URL may take seconds to answer, and whoever sends forgeries waits with the genuine. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

export interface SourceSet {
  /** The sources in force; another object after each change. */
  readonly current: () => Sources;
  /** Takes what was read if it is good and another one; a bad reading changes nothing. */
  readonly update: (reading: ReadSources) => void;
  readonly stop: () => void;
}

/**
 * The sources of a process. A reload swaps them as a whole between two requests; what is being
 * verified goes on with the set that it began with. Key sets are shared by URL and outlive a reload.
 */
export function createSourceSet(options: {
  readonly first: Extract<ReadSources, { ok: true }>;
  readonly openJwks: (url: string) => JwksCache;
  readonly budget: FailureBudget;
  readonly events: SourceEvents;
}): SourceSet {
  const { openJwks, budget, events } = options;
  const caches = new Map<string, JwksCache>();
  const tokens = createTokenMemory();
  const room = createWaitingRoom(MAX_WAITING_BYTES);
  let fingerprint = hash('sha256', options.first.fingerprint);
  let refused: string | undefined;

  const jwksOf = (url: string): JwksCache => {
    let cache = caches.get(url);
    if (cache === undefined) {
      cache = openJwks(url);
      caches.set(url, cache);
      void cache.start();
    }
    return cache;
  };

  const build = (read: ReadSource): Source => {
    const { name, labels, secrets, ownerKey, dynamic } = read;
    if (dynamic === null) return staticSource(name, secrets, labels);
    return dynamicSource({
      name,
      labels,
      secrets,
      ownerKey,
      schemes: new Set(dynamic.schemes),
      audience: dynamic.audience ?? null,
      jwks: jwksOf(dynamic.jwks_url),
      budget,
      tokens,
      room,
    });
  };

  const take = (read: readonly ReadSource[]): Sources => {
    const wanted = new Set(read.flatMap(({ dynamic }) => dynamic?.jwks_url ?? []));
    for (const [url, cache] of caches) {
      if (wanted.has(url)) continue;
      cache.stop();
      caches.delete(url);
    }
    events.sourcesLoaded(read.map(({ name }) => name));
    return new Map(read.map((each) => [each.name, build(each)]));
  };

  let sources = take(options.first.sources);
  return {
    current: () => sources,
    update(reading) {
      if (!reading.ok) {
        const text = reading.faults.join('\n');
        // The file is looked at every few seconds: the same faults are told once.
        if (text !== refused) events.sourcesRefused(reading.faults);
        refused = text;
        return;
      }
      const found = hash('sha256', reading.fingerprint);
      if (refused === undefined && found === fingerprint) return;
      refused = undefined;
      fingerprint = found;
      sources = take(reading.sources);
    },
    stop: () => {
      for (const cache of caches.values()) cache.stop();
    },
  };
}
