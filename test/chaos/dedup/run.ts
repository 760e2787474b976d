import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, createKafkaJs } from '@gemini-events/kafka';
import { TOPICS, topicNames } from '@gemini-events/schemas';
import { findFreePort } from '@gemini-events/stack';
import { applyDeclared } from '../../kit/apply-declared.ts';
import { startService } from '../../kit/service.ts';
import { startKillableStack } from '../killable-stack.ts';
import { createRandom } from '../random.ts';
import { type Fault, strike } from './faults.ts';
import { createFleet } from './fleet.ts';
import { startLoad } from './load.ts';
import { planDeliveries } from './plan-deliveries.ts';
import { readAll } from './read-all.ts';
import { faultsOf, verify } from './verify.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly deliveries: number;
  readonly repeatShare: number;
  readonly perSecond: number;
  readonly instances: number;
  /** Done one after the other, spread over the load. */
  readonly faults: readonly Fault[];
  readonly say: (line: string) => void;
}

const PREFIX = 'chaos';
const SETTLE_LIMIT_MS = 120_000;

/**
 * Load through a real ingress, faults on real dedup processes and a real broker, then a verifier that
 * shares no code with dedup. @returns what was wrong
 */
export async function runDedupChaos(options: ChaosOptions): Promise<readonly string[]> {
  const { say } = options;
  const random = createRandom(options.seed);
  const dir = await mkdtemp(join(tmpdir(), 'gemini-events-chaos-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  try {
    await mkdir(join(dir, 'logs'));
    const stack = await startKillableStack(dir);
    ends.unshift(() => stack.stop());
    const { kafka } = stack;
    const brokers = [kafka.brokers];
    await applyDeclared(PREFIX, stack);

    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const INGRESS_PORT = String(await findFreePort());
    const env = {
      KAFKA_BROKERS: kafka.brokers,
      SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
      TOPIC_PREFIX: PREFIX,
      GEMINI_WEBHOOK_SECRETS: secret,
      INGRESS_PORT,
    };
    const ingress = await startService('ingress', env, join(dir, 'logs/ingress.log'));
    ends.unshift(() => ingress.stop());
    const fleet = createFleet(env, PREFIX, join(dir, 'logs'));
    ends.unshift(() => fleet.endAll());
    for (let at = 1; at <= options.instances; at += 1) await fleet.launch(`dedup-${at}`);
    const cluster = new Cluster({ clientId: 'chaos', brokers });
    ends.unshift(() => cluster.close());
    await untilTrue('dedup is ready', () => fleet.areReady());

    const run = random.int(0, 0xff_ffff).toString(36);
    const planned = planDeliveries(options.deliveries, options.repeatShare, run, random);
    const load = startLoad({
      url: `http://127.0.0.1:${INGRESS_PORT}/webhooks/gemini`,
      secret,
      deliveries: planned,
      perSecond: options.perSecond,
    });
    const gap = (options.deliveries / options.perSecond / (options.faults.length + 1)) * 1000;
    for (const fault of options.faults) {
      await delay(Math.min(gap, 15_000));
      say(
        `  at ${load.accepted()} accepted: ${await strike(fault, { fleet, kafka, cluster, random })}`,
      );
    }
    await load.done;
    say(`  ${load.accepted()} accepted, ${load.acknowledged.size} distinct ids`);

    const topics = topicNames(PREFIX);
    await untilTrue('dedup has read everything', () => hasNoLag(brokers, topics.deliveries));
    const events = TOPICS.filter(({ name }) => name.startsWith('events.'));
    const findings = verify(planned, load.acknowledged, {
      deliveries: await readAll(brokers, [topics.deliveries]),
      events: await readAll(
        brokers,
        events.map(({ name }) => `${PREFIX}.${name}`),
      ),
      quarantine: await readAll(brokers, [topics.quarantine]),
    });
    const { missing, twice, unheardOf, outOfOrder, ...counts } = findings;
    const wrong = [missing, twice, unheardOf, outOfOrder].map(({ length }) => length);
    say(`  ${JSON.stringify(counts)}`);
    say(
      `  missing ${wrong[0]}, twice ${wrong[1]}, never sent ${wrong[2]}, out of order ${wrong[3]}`,
    );
    return faultsOf(findings);
  } finally {
    for (const end of ends) await end();
  }
}

async function hasNoLag(brokers: readonly string[], topic: string): Promise<boolean> {
  const admin = createKafkaJs({ clientId: 'chaos', brokers }).admin();
  await admin.connect();
  try {
    const [group] = await admin.fetchOffsets({ groupId: `${PREFIX}.dedup`, topics: [topic] });
    const ends = await admin.fetchTopicOffsets(topic);
    return ends.every(({ partition, high }) => {
      const committed = group?.partitions.find((each) => each.partition === partition)?.offset;
      return Number(high) === Math.max(0, Number(committed ?? -1));
    });
  } finally {
    await admin.disconnect();
  }
}

async function untilTrue(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + SETTLE_LIMIT_MS;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > end) throw new Error(`not within ${SETTLE_LIMIT_MS} ms: ${what}`);
    await delay(200);
  }
}
