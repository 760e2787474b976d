import { BlockList, isIP } from 'node:net';

/** Proxies whose `X-Forwarded-For` is believed. */
export interface TrustedProxies {
  readonly includes: (address: string) => boolean;
  /** As they were given: for a printed configuration. */
  readonly toJSON: () => readonly string[];
}

/** Reads addresses and CIDR ranges; null where one of them is neither. */
export function readTrustedProxies(list: readonly string[]): TrustedProxies | null {
  const ranges = new BlockList();
  for (const entry of list) {
    const [address = '', bits, ...rest] = entry.split('/');
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    const prefix = bits === undefined ? most : Number(bits);
    if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits ?? '0') || prefix > most) {
      return null;
    }
    ranges.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  }
  return {
    toJSON: () => list,
    includes: (address) => {
      if (list.length === 0) return false;
      const version = isIP(address);
      return version !== 0 && ranges.check(address, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/**
 * Who sent a request. The header is written by the sender up to the last proxy that we trust: it is
 * read from its end, and the first address that is no trusted proxy is the sender.
 * @param remote the other end of the connection
 * @param forwardedFor the header; asked for only where the other end is a trusted proxy
 */
export function clientAddress(
  remote: string,
  forwardedFor: () => string,
  trusted: TrustedProxies,
): string {
  let address = unmapped(remote);
  if (!trusted.includes(address)) return address;
  const header = forwardedFor();
  const hops = header === '' ? [] : header.split(',');
  while (trusted.includes(address) && hops.length > 0) {
    const hop = unmapped((hops.pop() ?? '').trim());
    if (isIP(hop) === 0) return address;
    address = hop;
  }
  return address;
}

/** IPv4 on a dual-stack socket shows as ::ffff:1.2.3.4, spelled in several ways. */
function unmapped(address: string): string {
  if (!address.includes(':')) return address;
  const match = /^(?:0{1,4}:){5}ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address);
  if (match !== null) {
    const [high = 0, low = 0] = match.slice(1).map((part) => Number.parseInt(part, 16));
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
