import type { Io } from '@gemini-events/cli-kit';
import { configOf, resultsListConfig } from '@gemini-events/cli-kit/config';
import { createMatch } from '@gemini-events/consumer/select';
import { Cluster } from '@gemini-events/kafka/cluster';
import { createDecoder, createRegistry } from '@gemini-events/kafka/codec';
import { connectionFrom } from '@gemini-events/kafka/connection';
import { dryRun } from '../operations/dry-run.ts';
import { readEvents } from '../operations/read-events.ts';
import { readRulesFile } from '../rules/read-rules-file.ts';
import { jsonOf, renderDryRun } from './render-dry-run.ts';

const DAY_MS = 86_400_000;
const MOST = 10_000;

/** Prints what the rules of a file would have told of past events. @throws BridgeError */
export async function testRules(
  io: Io,
  file: string,
  options: {
    readonly type?: readonly string[] | undefined;
    readonly resource?: readonly string[] | undefined;
    readonly source?: readonly string[] | undefined;
    readonly since?: number | undefined;
    readonly until?: number | undefined;
    readonly show?: true | undefined;
    readonly json?: true | undefined;
  },
): Promise<void> {
  const { type = [], resource = [], source = [], until = null } = options;
  const { show = false, json = false } = options;
  const since = options.since ?? Date.now() - DAY_MS;
  const { rules } = readRulesFile(file);
  const config = configOf(resultsListConfig, io);
  const { TOPIC_PREFIX: prefix } = config;
  const cluster = new Cluster(connectionFrom(config, `${prefix}.cli`));
  const filter = { types: type, resources: resource, sources: source, since, until };
  const match = createMatch({ ...filter, labels: {}, eventIds: null }, async () => ({}));
  try {
    const decoder = createDecoder(createRegistry(config));
    const events = readEvents({ cluster, decoder, prefix }, since, match);
    const run = await dryRun(rules, events, MOST);
    io.out(json ? JSON.stringify(jsonOf(run, show)) : renderDryRun(run, show));
    if (run.isCut) {
      io.talk(`these are the oldest ${MOST} alone: look at less with --since and --until`);
    }
  } finally {
    await cluster.close();
  }
}
