import { describe, expect, it } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

describe('a bounded map', () => {
  it('forgets the oldest entries beyond its bound', () => {
    const map = new BoundedMap<string>(10);
    map.set('a', 'A', 4);
    map.set('b', 'B', 4);
    map.set('c', 'C', 4);
    expect([map.get('a'), ...map.values()]).toEqual([null, 'B', 'C']);
  });

  it('counts an entry that is set again once, and as new', () => {
    const map = new BoundedMap<string>(10);
    map.set('a', 'A', 4);
    map.set('b', 'B', 4);
    map.set('a', 'A2', 6);
    expect([...map.values()]).toEqual(['B', 'A2']);
    map.set('c', 'C', 1);
    expect([...map.values()]).toEqual(['A2', 'C']);
  });

  it('has room again for what was deleted', () => {
    const map = new BoundedMap<string>(2);
    map.set('a', 'A');
    map.set('b', 'B');
    map.delete('b');
    map.delete('nothing');
    map.set('c', 'C');
    expect([...map.values()]).toEqual(['A', 'C']);
  });

  it('does not keep what is larger than the bound', () => {
    const map = new BoundedMap<string>(2);
    map.set('a', 'A', 3);
    expect(map.get('a')).toBeNull();
    map.set('b', 'B', 2);
    expect(map.get('b')).toBe('B');
  });
});
