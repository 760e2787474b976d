/** Addresses that nothing from outside may lead to (contract notes 5.10; IANA special-purpose registries). */
export const NOT_PUBLIC: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  '100::/64',
  '100:0:0:1::/64',
  '2001::/23',
  '2001:db8::/32',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fec0::/10',
  'ff00::/8',
  '64:ff9b:1::/48',
];

/** Link-local addresses and metadata services of clouds: refused even for origins of the operator's own. */
export const NEVER: readonly string[] = [
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::254/128',
  'fd00:ec2::23/128',
  'fd20:ce::254/128',
  '100.100.100.200/32',
  '192.0.0.192/32',
  // Azure's host, a public address.
  '168.63.129.16/32',
];

/** IPv6 that carries an IPv4 address, and the byte at which that begins: the inner address counts. */
export const CARRIERS: readonly { readonly range: string; readonly at: number }[] = [
  // Mapped, SIIT, NAT64, 6to4, and the IPv4-compatible ones.
  { range: '::ffff:0:0/96', at: 12 },
  { range: '::ffff:0:0:0/96', at: 12 },
  { range: '64:ff9b::/96', at: 12 },
  { range: '2002::/16', at: 2 },
  { range: '::/96', at: 12 },
];
