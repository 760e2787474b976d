import { isIP } from 'node:net';
import { BridgeError } from '@gemini-events/events';
import { mayConnect } from '../address/check-address.ts';
import type { OutgoingPolicy, RefusalReason } from './policy.ts';

/** Names of this machine, of its network, and of metadata services. */
const LOCAL_NAMES = new Set(['localhost', 'metadata', 'instance-data']);
const LOCAL_ENDINGS = ['.localhost', '.local', '.internal', '.localdomain', '.home.arpa'];

export interface CheckedUrl {
  readonly url: URL;
  /** It is at an origin of the operator's own. */
  readonly isOwn: boolean;
}

/**
 * Checks all that the text of a URL shows. The WHATWG parser comes first: it turns decimal, octal, hex
 * and full-width hosts into plain addresses.
 *
 * @param mayBeOwn whether the exemption for own origins holds: it does not after a redirect from elsewhere
 * @throws BridgeError ERR_HTTP_REFUSED with `reason`, see RefusalReason
 */
export function checkUrl(text: string, policy: OutgoingPolicy, mayBeOwn = true): CheckedUrl {
  const url = URL.parse(text);
  if (url === null) throw refusal('not_a_url', '');
  const isOwn = mayBeOwn && (policy.ownOrigins ?? []).some((each) => originOf(each) === url.origin);
  const reason = reasonAgainst(url, policy, isOwn);
  if (reason !== null) throw refusal(reason, url.hostname);
  return { url, isOwn };
}

function reasonAgainst(url: URL, policy: OutgoingPolicy, isOwn: boolean): RefusalReason | null {
  if (url.protocol !== 'https:' && !(isOwn && url.protocol === 'http:')) return 'scheme';
  if (url.username !== '' || url.password !== '') return 'user_info';
  const host = hostOf(url);
  if (isIP(host) !== 0 && !mayConnect(host, isOwn)) return 'address';
  if (isOwn) return null;
  const port = url.port === '' ? 443 : Number(url.port);
  if (!(policy.allowedPorts ?? [443]).includes(port)) return 'port';
  if (isIP(host) === 0 && isLocalName(host)) return 'local_name';
  const { allowedHosts } = policy;
  return allowedHosts === null || allowedHosts.some((each) => fits(host, each)) ? null : 'host';
}

/** Host of a URL as a socket takes it: no brackets, no dot at its end. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** Says the host, never the path or the query: these may hold what is secret. */
export function refusal(reason: RefusalReason, host: string): BridgeError {
  const where = host === '' ? '' : ` ${host.slice(0, 253)}`;
  return new BridgeError('ERR_HTTP_REFUSED', `an outgoing call is refused (${reason}):${where}`, {
    data: { reason, host: host.slice(0, 253) },
  });
}

function isLocalName(host: string): boolean {
  // A name without a dot is looked up in the search domains of this network.
  if (LOCAL_NAMES.has(host) || !host.includes('.')) return true;
  return LOCAL_ENDINGS.some((ending) => host.endsWith(ending));
}

function fits(host: string, allowed: string): boolean {
  const pattern = allowed.toLowerCase();
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}

function originOf(text: string): string | null {
  return URL.parse(text)?.origin ?? null;
}
