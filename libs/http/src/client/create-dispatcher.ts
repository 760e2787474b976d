import { Agent, Dispatcher, ProxyAgent } from 'undici';
import type { OutgoingPolicy } from '../url/policy.ts';
import { createGuardedConnector, type Resolve } from './guarded-connector.ts';

export interface DispatcherOptions {
  readonly policy: OutgoingPolicy;
  /** Longest silence: for a connection, for the head of an answer, and between two parts of a body. */
  readonly idleTimeoutMs: number;
  /** Connections to one origin. @default 32 */
  readonly connections?: number;
  /**
   * Calls go through it, except those to own origins. It resolves the names then, so it is the proxy that
   * has to keep them away from private addresses; without a list of hosts that is not allowed.
   */
  readonly proxyUrl?: string | null;
  /** For tests. */
  readonly resolve?: Resolve;
  /** For large downloads: its sockets read into buffers that `giveBack` takes. */
  readonly isBulk?: boolean;
}

/**
 * The dispatcher of undici whose every socket was checked.
 * @throws TypeError a proxy without a list of hosts
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { policy, idleTimeoutMs, connections = 32, proxyUrl = null } = options;
  const own = new Set((policy.ownOrigins ?? []).map((each) => new URL(each).origin));
  const isOwn = (origin: string): boolean => own.has(new URL(origin).origin);
  const limits = { headersTimeout: idleTimeoutMs, bodyTimeout: idleTimeoutMs, connections };
  const direct = new Agent({
    ...limits,
    connect: createGuardedConnector({
      isOwn,
      connectTimeoutMs: idleTimeoutMs,
      isBulk: options.isBulk === true,
      ...(options.resolve === undefined ? {} : { resolve: options.resolve }),
    }),
  });
  if (proxyUrl === null) return direct;
  if (policy.allowedHosts === null) throw new TypeError('a proxy needs a list of allowed hosts');
  return new ByOrigin(isOwn, direct, new ProxyAgent({ uri: proxyUrl, ...limits, allowH2: false }));
}

/** Own origins directly, all others by the proxy. */
class ByOrigin extends Dispatcher {
  readonly #isOwn: (origin: string) => boolean;
  readonly #direct: Dispatcher;
  readonly #proxied: Dispatcher;

  constructor(isOwn: (origin: string) => boolean, direct: Dispatcher, proxied: Dispatcher) {
    super();
    this.#isOwn = isOwn;
    this.#direct = direct;
    this.#proxied = proxied;
  }

  override dispatch(
    request: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const way = this.#isOwn(String(request.origin)) ? this.#direct : this.#proxied;
    return way.dispatch(request, handler);
  }

  override async destroy(): Promise<void> {
    await Promise.all([this.#direct.destroy(), this.#proxied.destroy()]);
  }
}
