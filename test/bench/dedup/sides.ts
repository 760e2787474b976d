import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FAMILIES, topicNames } from '@gemini-events/schemas';
import { type GuardedProcess, spawnGuarded } from '@gemini-events/stack';
import { launchService } from '../../kit/service.ts';
import { type Bed, untilTrue } from './bed.ts';
import { type ClassPath, JAVA, javaArgs } from './java.ts';

/** What is measured side by side. */
export const SIDES = ['ours', 'peer'] as const;
export type SideName = (typeof SIDES)[number];

export const TITLES: Readonly<Record<SideName, string>> = {
  ours: 'gemini-events',
  peer: 'Kafka Streams',
};

/** A process that reads the delivery topic of a prefix. */
export interface Side {
  readonly name: SideName;
  readonly pid: number;
  /** Its committed offsets say how far it is. */
  readonly group: string;
  /** Where it writes, comma-separated. */
  readonly outputs: string;
  readonly ready: () => Promise<void>;
  /** @throws Error with the end of its log where it has ended by itself */
  readonly check: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const READY_LIMIT_MS = 60_000;
/** Of both: the default of `DEDUP_WINDOW_HOURS`. */
const WINDOW_HOURS = '48';
const LOG_END_CHARACTERS = 2_000;

/** The peer's output topic under a prefix; made by whoever starts it. */
export const peerOutput = (prefix: string): string => `${prefix}.peer-events`;

/**
 * Starts one side as a process of its own on topics that are there; does not wait for it.
 * @param options.commitMs of the peer; ours commits as soon as it can
 */
export async function startSide(
  name: SideName,
  bed: Bed,
  options: {
    readonly prefix: string;
    readonly classPath: ClassPath;
    readonly commitMs: number;
  },
): Promise<Side> {
  const { prefix } = options;
  const logFile = join(bed.dir, `${prefix}-${name}.log`);
  const { process, ready, group, outputs } =
    name === 'ours'
      ? await startOurs(bed, prefix, logFile)
      : await startPeer(bed, { ...options, logFile });
  let status: number | undefined;
  void process.exited.then((ended) => {
    status = ended;
  });
  const check = async (): Promise<void> => {
    if (status === undefined) return;
    const log = await readFile(logFile, 'utf8');
    throw new Error(
      `${TITLES[name]} ended with status ${status}:\n${log.slice(-LOG_END_CHARACTERS)}`,
    );
  };
  return {
    name,
    pid: process.pid,
    group,
    outputs,
    check,
    async ready() {
      await untilTrue(`${TITLES[name]} is ready`, READY_LIMIT_MS, ready);
    },
    async stop() {
      await process.stop();
      await rm(stateDir(bed, prefix), { recursive: true, force: true });
    },
  };
}

interface Started {
  readonly process: GuardedProcess;
  readonly ready: () => Promise<boolean>;
  readonly group: string;
  readonly outputs: string;
}

async function startOurs(bed: Bed, prefix: string, logFile: string): Promise<Started> {
  const env = { ...oursEnv(bed, prefix), DEDUP_WINDOW_HOURS: WINDOW_HOURS };
  const service = await launchService('dedup', env, logFile);
  const topics = topicNames(prefix);
  return {
    process: service,
    ready: service.isReady,
    group: dedupGroup(prefix),
    outputs: [...FAMILIES, 'unknown' as const].map(topics.events).join(','),
  };
}

/** What dedup is told in each mode. */
export function oursEnv(bed: Bed, prefix: string): Readonly<Record<string, string>> {
  return { KAFKA_BROKERS: bed.brokers, TOPIC_PREFIX: prefix, INSTANCE_ID: 'bench' };
}

export const dedupGroup = (prefix: string): string => `${prefix}.dedup`;

const stateDir = (bed: Bed, prefix: string): string => join(bed.dir, `${prefix}-state`);

async function startPeer(
  bed: Bed,
  options: {
    readonly prefix: string;
    readonly classPath: ClassPath;
    readonly commitMs: number;
    readonly logFile: string;
  },
): Promise<Started> {
  const { prefix, classPath, commitMs, logFile } = options;
  const group = `${prefix}.peer`;
  const state = stateDir(bed, prefix);
  await mkdir(state, { recursive: true });
  const env = {
    ...process.env,
    KAFKA_BROKERS: bed.brokers,
    INPUT_TOPIC: topicNames(prefix).deliveries,
    OUTPUT_TOPIC: peerOutput(prefix),
    APPLICATION_ID: group,
    STATE_DIR: state,
    COMMIT_MS: String(commitMs),
    WINDOW_HOURS,
  };
  // RocksDB unpacks its library there.
  const args = [`-Djava.io.tmpdir=${state}`, ...javaArgs(classPath, 'Peer')];
  return {
    process: await spawnGuarded(JAVA, args, { logFile, env }),
    ready: async () => (await readFile(logFile, 'utf8')).includes('state: RUNNING'),
    group,
    outputs: peerOutput(prefix),
  };
}
