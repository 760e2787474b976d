import { describe, expect, it } from 'vitest';
import { mayConnect } from './check-address.ts';
import { NEVER, NOT_PUBLIC } from './ranges.ts';

const first = (range: string): string => range.split('/')[0] ?? '';

describe('addresses that a socket may be opened to', () => {
  it.each([...NOT_PUBLIC, ...NEVER])('refuses the range %s', (range) => {
    expect(mayConnect(first(range), false)).toBe(false);
  });

  it.each([
    '10.255.255.255',
    '100.127.255.255',
    '127.255.255.254',
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    '172.31.255.255',
    '192.168.255.255',
    '198.19.255.255',
    '239.1.1.1',
    '255.255.255.255',
    'fdff:ffff::1',
    'febf::1',
    'ff02::1',
    '2001:0:1::1',
    '2001:20::1',
  ])('refuses %s, within or at the end of a range', (address) => {
    expect(mayConnect(address, false)).toBe(false);
  });

  it.each([
    ['mapped', '::ffff:127.0.0.1'],
    ['mapped in hex', '::ffff:7f00:1'],
    ['compatible', '::7f00:1'],
    ['SIIT', '::ffff:0:a9fe:a9fe'],
    ['NAT64', '64:ff9b::a00:1'],
    ['NAT64 of a metadata service', '64:ff9b::a9fe:a9fe'],
    ['6to4', '2002:7f00:1::'],
    ['6to4 of a private address', '2002:c0a8:101::1'],
  ])('looks at the address that is carried: %s', (_, address) => {
    expect(mayConnect(address, false)).toBe(false);
  });

  it.each([
    '8.8.8.8',
    '142.250.1.1',
    '172.32.0.1',
    '2a00:1450:4001::1',
    '64:ff9b::808:808',
    '2002:808:808::1',
  ])('allows the public address %s', (address) => {
    expect(mayConnect(address, false)).toBe(true);
  });

  it.each(['', 'example.org', 'fe80::1%eth0', '2a00::1%lo', '1.2.3.4.5'])(
    'refuses what is no plain address: %j',
    (address) => {
      expect(mayConnect(address, false)).toBe(false);
      expect(mayConnect(address, true)).toBe(false);
    },
  );

  it.each(['127.0.0.1', '10.0.0.1', '::1', 'fd00::1', '8.8.8.8'])(
    'allows the operator his own %s',
    (address) => {
      expect(mayConnect(address, true)).toBe(true);
    },
  );

  it.each([
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    'fe80::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    '100.100.100.200',
    '192.0.0.192',
    '168.63.129.16',
  ])('refuses %s even for an origin of the operator', (address) => {
    expect(mayConnect(address, true)).toBe(false);
  });
});
