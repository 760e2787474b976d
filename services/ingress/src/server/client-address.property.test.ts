import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientAddress, readTrustedProxies } from './client-address.ts';

const trust = (...list: string[]) => {
  const read = readTrustedProxies(list);
  if (read === null) throw new Error('not readable');
  return read;
};

describe('who sent a request', () => {
  it('is the other end of the connection, whatever it writes, unless that is a trusted proxy', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.string(), (remote, header) => {
        expect(clientAddress(remote, () => header, trust())).toBe(remote);
      }),
    );
  });

  it('is the last address before the trusted proxies: what a sender puts in front changes nothing', () => {
    const proxies = trust('10.0.0.0/8', 'fd00::/8');
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.string())), (forged) => {
        const header = [...forged, '203.0.113.7', '10.1.2.3'].join(', ');
        expect(clientAddress('10.0.0.1', () => header, proxies)).toBe('203.0.113.7');
      }),
    );
  });

  it.each([
    ['10.0.0.1', '', '10.0.0.1'],
    ['10.0.0.1', 'nonsense', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.2, 10.0.0.3', '10.0.0.2'],
    ['::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['0000:0000:0000:0000:0000:ffff:0a00:0001', '203.0.113.7', '203.0.113.7'],
    ['fd00::1', '2001:db8::7', '2001:db8::7'],
    ['203.0.113.9', '192.0.2.1', '203.0.113.9'],
  ])('of %s with "%s" is %s', (remote, header, expected) => {
    expect(clientAddress(remote, () => header, trust('10.0.0.0/8', 'fd00::/8'))).toBe(expected);
  });

  it.each(['10.0.0.0/33', 'fd00::/129', 'host', '10.0.0.0/x', '1.2.3.4/8/8', '/8'])(
    'refuses %s as a trusted proxy',
    (entry) => {
      expect(readTrustedProxies([entry])).toBeNull();
    },
  );
});
