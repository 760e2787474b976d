import { Command } from '@commander-js/extra-typings';
import { EXIT, type ExitCode, type Io, parseConsumerName } from '@gemini-events/cli-kit';
import type { TopicAction } from '@gemini-events/kafka/admin';
import { declaredTopics } from '../declared-topics.ts';

export function topicsCommand(io: Io, finish: (code: ExitCode) => void) {
  const apply = new Command('apply')
    .description('Make the topics what they are declared to be; prints what changes.')
    .option(
      '--consumer <name>',
      'also the topics of a consumer that lives elsewhere; may be given several times',
      collectNames,
    )
    .option('--dry-run', 'only say what would change')
    .option('--json', 'one JSON array on stdout')
    .addHelpText(
      'after',
      `
Consumers in services/consumers need not be named.

Example:
  KAFKA_BROKERS=localhost:9092 gemini-events topics apply --consumer audit-log --dry-run`,
    )
    .action(async ({ consumer = [], dryRun = false, json = false }) => {
      const { configOf, topicsConfig } = await import('@gemini-events/cli-kit/config');
      const { applyTopics } = await import('@gemini-events/kafka/admin');
      const { connectionFrom, createKafkaJs } = await import('@gemini-events/kafka/connection');
      const { findConsumers } = await import('@gemini-events/consumer/find-consumers');
      const config = configOf(topicsConfig, io);
      const kafka = createKafkaJs(connectionFrom(config, 'gemini-events-cli'));
      const actions = await applyTopics(kafka, {
        prefix: config.TOPIC_PREFIX,
        topics: declaredTopics([...findConsumers(), ...consumer]),
        dryRun,
        ...(config.TOPIC_REPLICATION_FACTOR === undefined
          ? {}
          : { replicationFactor: config.TOPIC_REPLICATION_FACTOR }),
      });
      if (json) io.out(JSON.stringify(actions));
      else for (const action of actions) io.out(renderTopicAction(action));
      io.talk(summary(actions, dryRun));
      // Without a dry run this has thrown.
      if (actions.some(({ action }) => action === 'refuse')) finish(EXIT.failed);
    });
  return new Command('topics').description('The declared topics.').addCommand(apply);
}

function collectNames(name: string, former: readonly string[] | undefined): readonly string[] {
  return [...(former ?? []), parseConsumerName(name)];
}

/** One line of the diff: `+` made, `~` changed, `=` left, `!` refused. */
export function renderTopicAction(action: TopicAction): string {
  switch (action.action) {
    case 'unchanged':
      return `= ${action.topic}`;
    case 'create': {
      const settings = Object.entries(action.config).map(([name, value]) => `${name}=${value}`);
      return `+ ${action.topic}  ${[`${action.partitions} partitions`, ...settings].join(', ')}`;
    }
    case 'change': {
      const changes = Object.entries(action.config).map(
        ([name, { from, to }]) => `${name}: ${from ?? '(default)'} → ${to}`,
      );
      const partitions = action.partitions === null ? [] : [`partitions → ${action.partitions}`];
      return `~ ${action.topic}  ${[...partitions, ...changes].join(', ')}`;
    }
    case 'refuse':
      return `! ${action.topic}  has ${action.found} partitions, declared are ${action.declared}: may not be changed`;
  }
}

function summary(actions: readonly TopicAction[], dryRun: boolean): string {
  const changed = actions.filter(({ action }) => action === 'create' || action === 'change');
  const verb = dryRun ? 'would be changed' : 'changed';
  return `${actions.length} topics declared, ${changed.length} ${verb}`;
}
