import { flushCompileCache } from 'node:module';
import { isBridgeError } from '@gemini-events/events';
import { type Health, startAdminServer } from './admin-server.ts';
import { createLogger, type Logger } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';

/**
 * States of a process: `starting` → `running` → `draining` → `stopped`. A failed start ends in exit
 * code 1; an outage of Kafka, the registry or Postgres is no failure: the service waits, unready.
 */
export type ServiceState = 'starting' | 'running' | 'draining' | 'stopped';

/** What a service gives to the runner. */
export interface RunningService {
  readonly ready: () => Health;
  /** Finishes what is in flight and lets go of everything. Called once. */
  readonly stop: () => Promise<void>;
}

export interface ServiceContext {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Aborted when the process is told to end, also during the start. */
  readonly signal: AbortSignal;
  /** Port of the admin server, useful where ADMIN_PORT was 0. */
  readonly adminPort: number;
}

/** After this the process ends whatever is still in flight (Kubernetes kills after 30 s). */
const DRAIN_LIMIT_MS = 25_000;

/**
 * Runs one service: logger, metrics, admin server, then `start`; ends on SIGTERM or SIGINT after a
 * drain with exit code 0. Exit codes: 0 drained, 1 failed, 2 drain limit passed.
 */
export async function runService(
  options: {
    readonly name: string;
    readonly config: {
      readonly ADMIN_HOST: string;
      readonly ADMIN_PORT: number;
      readonly LOG_LEVEL: string;
    };
  },
  start: (context: ServiceContext) => Promise<RunningService>,
): Promise<void> {
  const { config } = options;
  const log = createLogger(options.name, config.LOG_LEVEL);
  const metrics = createMetrics();
  const ending = new AbortController();
  let state: ServiceState = 'starting';
  let service: RunningService | undefined;

  const fail = (err: unknown): never => {
    log.fatal({ err }, isBridgeError(err) ? err.message : 'failed');
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  const admin = await startAdminServer({
    host: config.ADMIN_HOST,
    port: config.ADMIN_PORT,
    metrics,
    live: () => ({ ok: true, detail: state }),
    ready: () =>
      state === 'running' && service !== undefined ? service.ready() : { ok: false, detail: state },
  }).catch(fail);

  const end = async (reason: string): Promise<void> => {
    if (state === 'draining' || state === 'stopped') return;
    state = 'draining';
    log.info({ reason }, 'draining');
    setTimeout(() => {
      log.error('the drain limit passed');
      process.exit(2);
    }, DRAIN_LIMIT_MS).unref();
    ending.abort();
    await started.catch(() => undefined);
    await service?.stop();
    await admin.close();
    state = 'stopped';
    log.info('stopped');
    process.exit(0);
  };
  process.once('SIGTERM', (signal) => void end(signal).catch(fail));
  process.once('SIGINT', (signal) => void end(signal).catch(fail));

  const started = start({ log, metrics, signal: ending.signal, adminPort: admin.port });
  try {
    service = await started;
  } catch (error) {
    if (ending.signal.aborted) return;
    fail(error);
  }
  if (state === 'starting') {
    state = 'running';
    log.info({ adminPort: admin.port }, 'running');
    // All modules are there. Node itself would write them only at an end that is no kill.
    flushCompileCache();
  }
}
