import { Command } from '@commander-js/extra-typings';
import { defaultActor, type Io, print, renderColumns } from '@gemini-events/cli-kit';
import { type Bridge, withBridge } from '@gemini-events/cli-kit/bridge';

/** How far the read model is with a topic. */
interface TopicStanding {
  readonly topic: string;
  /** Offsets that it has, and those that the topic has. */
  readonly stored: number;
  readonly end: number;
  readonly behind: number;
}

export function readModelCommand(io: Io) {
  return new Command('read-model')
    .description('The tables in Postgres that answer questions; sync makes them of the topics.')
    .addCommand(statusCommand(io))
    .addCommand(rebuildCommand(io));
}

function statusCommand(io: Io) {
  return new Command('status')
    .description('How far the read model is behind each topic.')
    .option('--json', 'one JSON array on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events read-model status')
    .action(async ({ json = false }) =>
      withBridge(io, async (bridge) => {
        const topics = await standingsOf(bridge);
        print(io, json, { json: topics, text: renderStandings(topics) });
      }),
    );
}

function rebuildCommand(io: Io) {
  return new Command('rebuild')
    .description(
      'Empty the read model; sync fills it again from the topics, beside its other work.',
    )
    .option('--reason <text>', 'why; kept in the audit topic')
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--dry-run', 'only say how many offsets would be read again')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      `
Questions find less than there is until it has caught up: see \`read-model status\`. What topics do not
keep any more is not in it afterwards. Inbox, parking, replays and decisions are no part of it.

Example:
  gemini-events read-model rebuild --reason "a column was added"`,
    )
    .action(async ({ reason = null, actor = defaultActor(), dryRun = false, json = false }) =>
      withBridge(io, async (bridge) => {
        const offsets = (await standingsOf(bridge)).reduce((sum, { stored }) => sum + stored, 0);
        if (!dryRun) {
          const details = { offsets: String(offsets) };
          const at = Date.now();
          const action = 'read-model.rebuild';
          const { audit } = await import('@gemini-events/access/audit');
          const { createReadModel } = await import('../store/read-model.ts');
          await audit(bridge.config, { actor, action, subject: 'read-model', reason, details, at });
          await createReadModel(bridge.pool).clear();
        }
        const done = dryRun ? 'would be read again' : 'are read again';
        io.out(json ? JSON.stringify({ dryRun, offsets }) : `${offsets} offsets ${done}`);
      }),
    );
}

async function standingsOf({ cluster, pool }: Bridge): Promise<readonly TopicStanding[]> {
  const { createReadModel } = await import('../store/read-model.ts');
  const { behindOf } = await import('../operations/behind.ts');
  const places = await createReadModel(pool).places();
  const standings: TopicStanding[] = [];
  for (const [topic, ofTopic] of Map.groupBy(places, (place) => place.topic)) {
    const stored = ofTopic.reduce((sum, { next }) => sum + next, 0);
    // A topic may have been removed since.
    const behind = await behindOf(cluster, topic, ofTopic).catch(() => 0);
    standings.push({ topic, stored, end: stored + behind, behind });
  }
  return standings.sort((one, other) => (one.topic < other.topic ? -1 : 1));
}

function renderStandings(standings: readonly TopicStanding[]): string {
  if (standings.length === 0) return 'sync has written nothing yet';
  const rows = standings.map(({ topic, stored, behind }) => [
    topic,
    String(stored),
    String(behind),
  ]);
  return renderColumns([['topic', 'offsets', 'behind'], ...rows], new Set([1, 2]));
}
