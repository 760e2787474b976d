import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BridgeError } from '@gemini-events/events';
import { claimPort } from '../process/claim-port.ts';
import { type GuardedProcess, spawnGuarded } from '../process/spawn-guarded.ts';
import { waitUntilReady } from '../process/wait-for.ts';
import { countBrokers } from './ask-brokers.ts';
import { kafkaClasspath } from './kafka-jars.ts';
import { type ProxiedListener, serverProperties } from './server-properties.ts';

const run = promisify(execFile);

const PORT = 19_092;
const CONTROLLER_PORT = 19_093;
const QUIET = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
/** A tool that lives for a second does not need the optimising compiler. */
const SHORT_LIVED = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx256m', QUIET];

export interface EmbeddedKafka {
  /** host:port */
  readonly brokers: string;
  readonly pid: () => number;
  /** Ends the broker at once, as a crash would. */
  readonly crash: () => Promise<void>;
  /** Starts it again on the same port and data after a crash. */
  readonly restart: () => Promise<void>;
  /** For tests: SIGSTOP and SIGCONT. */
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly stop: () => Promise<void>;
}

/**
 * One KRaft node on loopback, its data kept in `dataDir`.
 * @throws BridgeError ERR_STACK_START, ERR_STACK_MAVEN
 */
export async function startKafka(options: {
  readonly dataDir: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly onFetch?: (reason: 'missing' | 'corrupt') => void;
  readonly onProcess?: (pid: number) => void;
  /** For tests with a proxy. */
  readonly proxied?: ProxiedListener | undefined;
}): Promise<EmbeddedKafka> {
  const { dataDir, env = process.env, proxied } = options;
  const classpath = await kafkaClasspath(env, options.onFetch);
  await mkdir(dataDir, { recursive: true });
  const claim = await claimPort(PORT);
  const controllerClaim = await claimPort(CONTROLLER_PORT);
  const release = (): void => {
    claim.release();
    controllerClaim.release();
  };
  const { port } = claim;
  const controllerPort = controllerClaim.port;
  const properties = join(dataDir, 'server.properties');
  const logDir = join(dataDir, 'logs');
  const logFile = join(dataDir, 'kafka.log');
  await writeFile(properties, serverProperties({ port, controllerPort, logDir, proxied }));
  if (!existsSync(join(logDir, 'meta.properties'))) await format(classpath, properties);

  const launch = async (): Promise<GuardedProcess> => {
    const args = ['-Xmx512m', '-Xms128m', QUIET, '-cp', classpath, 'kafka.Kafka', properties];
    const server = await spawnGuarded('java', args, { logFile, env });
    options.onProcess?.(server.pid);
    await waitUntilReady(
      'Kafka',
      server,
      logFile,
      async () => (await countBrokers('127.0.0.1', port)) > 0,
    );
    return server;
  };
  let server = await launch();
  return {
    brokers: `127.0.0.1:${port}`,
    pid: () => server.pid,
    async crash() {
      server.kill('SIGKILL');
      await server.exited;
    },
    async restart() {
      server = await launch();
    },
    signal: (signal) => server.kill(signal),
    stop: () => server.stop().finally(release),
  };
}

/** Gives the data folder its cluster id. */
async function format(classpath: string, properties: string): Promise<void> {
  const clusterId = randomBytes(16).toString('base64url');
  // With an equals sign: an id may begin with a dash.
  const tool = ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', properties];
  const args = [...SHORT_LIVED, '-cp', classpath, ...tool];
  try {
    await run('java', args);
  } catch (cause) {
    throw new BridgeError('ERR_STACK_START', 'Kafka could not format its data folder', { cause });
  }
}
