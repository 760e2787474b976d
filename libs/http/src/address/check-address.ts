import ipaddr from 'ipaddr.js';
import { CARRIERS, NEVER, NOT_PUBLIC } from './ranges.ts';

type Range = ReturnType<typeof ipaddr.parseCIDR>;

const notPublic = NOT_PUBLIC.map((text) => ipaddr.parseCIDR(text));
const never = NEVER.map((text) => ipaddr.parseCIDR(text));
const carriers = CARRIERS.map(({ range, at }) => ({ range: ipaddr.parseCIDR(range), at }));

/**
 * Whether a socket may be opened to an address.
 *
 * @param address as DNS or the URL parser gives it, without brackets
 * @param isOwn it belongs to an origin that the operator named: then private ones are fine, but never
 * link-local ones and metadata services
 */
export function mayConnect(address: string, isOwn: boolean): boolean {
  // A zone id names an interface of this machine.
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  return isFine(ipaddr.parse(address), isOwn);
}

function isFine(address: ipaddr.IPv4 | ipaddr.IPv6, isOwn: boolean): boolean {
  if (never.some((range) => isWithin(address, range))) return false;
  const inner = carried(address);
  if (inner !== null && !isFine(inner, isOwn)) return false;
  if (isOwn) return true;
  // `::` and `::1` look as if they carried one, and are in this list themselves.
  return !notPublic.some((range) => isWithin(address, range));
}

function carried(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | null {
  const carrier = carriers.find(({ range }) => isWithin(address, range));
  if (carrier === undefined) return null;
  const { at } = carrier;
  return new ipaddr.IPv4(address.toByteArray().slice(at, at + 4));
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, range: Range): boolean {
  return address.kind() === range[0].kind() && address.match(range);
}
