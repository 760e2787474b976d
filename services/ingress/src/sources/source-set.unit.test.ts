import { describe, expect, it } from 'vitest';
import { createFailureBudget } from './failure-budget.ts';
import type { ReadSource, ReadSources } from './read-sources-file.ts';
import { createSourceSet } from './source-set.ts';

const source = (name: string, url?: string): ReadSource => ({
  name,
  labels: {},
  secrets: [],
  ownerKey: null,
  dynamic: url === undefined ? null : { jwks_url: url, schemes: ['v1a'] },
});
const good = (fingerprint: string, ...sources: ReadSource[]) =>
  ({ ok: true, sources, fingerprint }) as const;
const bad = (...faults: string[]): ReadSources => ({ ok: false, faults });

function setUp(first: Extract<ReadSources, { ok: true }>) {
  const told: string[] = [];
  const set = createSourceSet({
    first,
    openJwks: (url) => {
      told.push(`open ${url}`);
      return {
        current: () => null,
        renewed: () => Promise.resolve(null),
        start: () => Promise.resolve(),
        stop: () => told.push(`stop ${url}`),
      };
    },
    budget: createFailureBudget({ limit: 1, windowMs: 1, now: () => 0 }),
    events: {
      sourcesLoaded: (names) => told.push(`loaded ${names.join()}`),
      sourcesRefused: (faults) => told.push(`refused ${faults.join()}`),
    },
  });
  return { set, told };
}

describe('the sources in force', () => {
  it('are swapped as a whole when the file has changed, and only then', () => {
    const { set, told } = setUp(good('1', source('a')));
    const before = set.current();
    set.update(good('1', source('a')));
    expect(set.current()).toBe(before);
    set.update(good('2', source('a'), source('b')));
    expect([...set.current().keys()]).toEqual(['a', 'b']);
    expect(told).toEqual(['loaded a', 'loaded a,b']);
  });

  it('stay as they are when the file has faults, which are told once', () => {
    const { set, told } = setUp(good('1', source('a')));
    const before = set.current();
    set.update(bad('x'));
    set.update(bad('x'));
    set.update(bad('y'));
    expect(set.current()).toBe(before);
    expect(told).toEqual(['loaded a', 'refused x', 'refused y']);
  });

  it('are loaded again after a fault was mended back to what it was', () => {
    const { set, told } = setUp(good('1', source('a')));
    set.update(bad('x'));
    set.update(good('1', source('a')));
    set.update(bad('x'));
    expect(told).toEqual(['loaded a', 'refused x', 'loaded a', 'refused x']);
  });

  it('share one key set per URL, keep it over a reload, and let go of what nobody names', () => {
    const { set, told } = setUp(good('1', source('a', 'u1'), source('b', 'u1'), source('c', 'u2')));
    set.update(good('2', source('a', 'u1')));
    expect(told.filter((each) => !each.startsWith('loaded'))).toEqual([
      'open u1',
      'open u2',
      'stop u2',
    ]);
    set.stop();
    expect(told.at(-1)).toBe('stop u1');
  });
});
