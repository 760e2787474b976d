import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { mayConnect } from '../address/check-address.ts';
import { refusal } from '../url/check-url.ts';
import { receiveBuffers } from './receive-buffers.ts';

/** All addresses of a name, as `dns.lookup` with `all` has it. */
export type Resolve = (
  host: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

const resolveBySystem: Resolve = (host, callback) =>
  systemLookup(host, { all: true }, (error, addresses) => callback(error, addresses));

/**
 * A connector of undici that opens sockets to checked addresses only. The check is in the socket's own
 * look-up, so what was checked is what is connected to: a name that answers with another address a moment
 * later gains nothing. If any address of a name is refused, the name is.
 */
export function createGuardedConnector(options: {
  readonly isOwn: (origin: string) => boolean;
  readonly connectTimeoutMs: number;
  readonly resolve?: Resolve;
  /** Much comes by its sockets: they read into buffers that may be given back. */
  readonly isBulk?: boolean;
}): buildConnector.connector {
  const { resolve = resolveBySystem, connectTimeoutMs } = options;
  const guarded = (isOwn: boolean) =>
    buildConnector({
      timeout: connectTimeoutMs,
      lookup: checkedLookup(resolve, isOwn),
      // Over HTTP/2, undici lets 256 KiB be under way: at 50 ms that is 5 MiB a second.
      allowH2: false,
      ...(options.isBulk === true ? { onread: receiveBuffers } : {}),
    });
  const strict = guarded(false);
  const own = guarded(true);
  return (target, callback) => {
    const { hostname, protocol, host } = target;
    const isOwn = options.isOwn(`${protocol}//${host ?? hostname}`);
    const bare = hostname.replace(/^\[(.*)\]$/, '$1');
    // An address is not looked up: it is checked here.
    if (isIP(bare) !== 0 && !mayConnect(bare, isOwn)) callback(refusal('address', bare), null);
    else (isOwn ? own : strict)(target, callback);
  };
}

function checkedLookup(resolve: Resolve, isOwn: boolean): LookupFunction {
  return (host, options, callback) => {
    resolve(host, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) callback(error, '', 0);
      else if (first === undefined || !addresses.every((each) => mayConnect(each.address, isOwn)))
        callback(refusal('address', host), '', 0);
      else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}
