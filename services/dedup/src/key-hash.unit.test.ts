import { describe, expect, it } from 'vitest';
import { idKey, KEY_BYTES, resourceKey } from './key-hash.ts';

describe('a key', () => {
  it('has 16 latin1 characters', () => {
    for (let at = 0; at < 100; at += 1) {
      const key = idKey('default', String(at));
      expect(key).toHaveLength(KEY_BYTES);
      expect(Buffer.from(key, 'latin1').toString('latin1')).toBe(key);
    }
  });

  it('is kept in changelogs, so it stays what it is', () => {
    const hex = (key: string): string => Buffer.from(key, 'latin1').toString('hex');
    expect([hex(idKey('default', 'msg_1')), hex(resourceKey('default', 't', 'r'))]).toEqual([
      'c9206e520cf2be75b4c9ee0f29d1496d',
      '10f3d560cbf1e777837267840971cfa8',
    ]);
  });

  it('differs where any part differs, and where the parts are cut elsewhere', () => {
    const keys = [
      idKey('a', 'bc'),
      idKey('ab', 'c'),
      idKey('a', 'bd'),
      idKey('a', 'b\0c'),
      resourceKey('a', 'b', 'c'),
      resourceKey('a', 'bc', ''),
      resourceKey('a', '', 'bc'),
      resourceKey('ab', '', 'c'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('depends on nothing that was hashed before, however long that was', () => {
    const short = idKey('a', 'b');
    const long = idKey('a', 'x'.repeat(5_000));
    expect(idKey('a', 'b')).toBe(short);
    expect(idKey('a', 'x'.repeat(5_000))).toBe(long);
    expect(idKey('a', `${'x'.repeat(4_999)}y`)).not.toBe(long);
  });
});
