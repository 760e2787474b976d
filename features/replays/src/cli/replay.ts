import { Command, Option } from '@commander-js/extra-typings';
import {
  collect,
  defaultActor,
  type ExitCode,
  type Io,
  parseConsumerName,
  parseCount,
  parseLabel,
  parseMoment,
  print,
} from '@gemini-events/cli-kit';
import { withBridge, withDatabase } from '@gemini-events/cli-kit/bridge';
import { ROUTES } from '@gemini-events/consumer/routes';
import { BridgeError } from '@gemini-events/events';
import type { EventLanes } from '../operations/event-lanes.ts';
import { renderReplays } from './render-replays.ts';
import { parseOffsets, parseRoute, parseTopic, requestOf } from './request-options.ts';

type Finish = (code: ExitCode) => void;

const EXAMPLES = `
Records keep their key, headers and order per key. They go to the private lane of one consumer, or to a
new topic; the shared topics are only read. --dry-run reads and counts, and changes nothing.

Examples:
  gemini-events replay --to results --type 'batch.*' --since 2026-11-24 --until 2026-11-25 --dry-run
  gemini-events replay --to results --resource batches/b1 --effects again --reason "the store was lost"
  gemini-events replay --to-topic backfill.november --since 30d --rate 2000`;

/** @param loadLanes loads what `--lane` asks */
export function replayCommand(io: Io, finish: Finish, loadLanes: () => Promise<EventLanes>) {
  return new Command('replay')
    .description('Bring past events to one consumer again, or to a new topic.')
    .addCommand(startCommand(io, finish, loadLanes), { isDefault: true })
    .addCommand(lsCommand(io))
    .addCommand(showCommand(io))
    .addCommand(stopCommand(io, 'pause'))
    .addCommand(stopCommand(io, 'cancel'))
    .addCommand(resumeCommand(io, finish));
}

function startCommand(io: Io, finish: Finish, loadLanes: () => Promise<EventLanes>) {
  return new Command('start')
    .description('Begin a replay, and stay with it until its end. The default.')
    .option('--to <consumer>', 'to the private lane of this consumer', parseConsumerName)
    .option('--to-topic <name>', 'to a topic that is made for it', parseTopic)
    .option('--from <family>', `events of: ${ROUTES.join(', ')}; several times`, parseRoute)
    .option('--type <type>', "of this type; 'batch.*' for all of a family; several times", collect)
    .option('--resource <id>', 'of this job; several times', collect)
    .option('--source <name>', 'of this ingress source; several times', collect)
    .option('--label <name=value>', 'of sources with this label; several times', parseLabel)
    .option('--event-ids <file>', 'of this list of webhook-ids, one in a line; - is stdin')
    .addOption(
      new Option(
        '--lane <state>',
        'that --to has in this state, as the read model knows it',
      ).choices(['none', 'waiting', 'skipped', 'done', 'dead_lettered'] as const),
    )
    .option('--since <time>', 'received then or later: 24h, 7d, 2026-11-25T12:00Z', parseMoment)
    .option('--until <time>', 'received before it', parseMoment)
    .option('--offsets <range>', 'partition:from-until of one topic; several times', parseOffsets)
    .addOption(
      new Option('--effects <what>', 'what the consumer does about events that it has done')
        .choices(['skip', 'again'] as const)
        .default('skip' as const),
    )
    .option('--rate <number>', 'records per second, at most', parseCount)
    .option('--reason <text>', 'why; needed for --effects again')
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--dry-run', 'only count what it would write, per type')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const { reason = null, actor = defaultActor(), json = false } = options;
      if (options.effects === 'again' && reason === null) {
        throw new BridgeError('ERR_REPLAY_INVALID', '--effects again needs a --reason');
      }
      const request = await requestOf(options);
      const { beginReplay } = await import('./begin-replay.ts');
      const { lane, dryRun = false } = options;
      finish(await beginReplay(io, { request, lane, loadLanes, actor, reason, dryRun, json }));
    });
}

function lsCommand(io: Io) {
  return new Command('ls')
    .description('Replays and redrives, the newest first, and how far they are.')
    .option('--limit <number>', 'so many', parseCount, 50)
    .option('--json', 'one JSON array on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events replay ls --json')
    .action(async ({ limit, json = false }) =>
      withDatabase(io, async ({ pool }) => {
        const { createPostgresReplays } = await import('../store/postgres-replays.ts');
        const replays = await createPostgresReplays(pool).list(limit);
        print(io, json, { json: replays, text: renderReplays(replays) });
      }),
    );
}

function showCommand(io: Io) {
  return new Command('show')
    .argument('<id>', 'as `replay ls` has it')
    .description('All that is known of a replay, as JSON.')
    .addHelpText('after', '\nExample:\n  gemini-events replay show 20261125-4f0c1a')
    .action(async (id) =>
      withDatabase(io, async ({ pool }) => {
        const { createPostgresReplays } = await import('../store/postgres-replays.ts');
        const { findReplay } = await import('./control-replay.ts');
        io.out(JSON.stringify(await findReplay(createPostgresReplays(pool), id), null, 2));
      }),
    );
}

function stopCommand(io: Io, action: 'pause' | 'cancel') {
  const what =
    action === 'pause'
      ? 'Let a replay stop where it is; resume goes on from there.'
      : 'Let a replay stop for good. What it has written stays written.';
  return new Command(action)
    .argument('<id>', 'as `replay ls` has it')
    .description(what)
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--reason <text>', 'why')
    .option('--dry-run', 'only say how it stands')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      `\nThe process that does the work notices within a second.\n\nExample:\n  gemini-events replay ${action} 20261125-4f0c1a`,
    )
    .action(async (id, { actor = defaultActor(), reason = null, dryRun = false, json = false }) =>
      withBridge(io, async (bridge) => {
        const { createPostgresReplays } = await import('../store/postgres-replays.ts');
        const { changeReplay, findReplay } = await import('./control-replay.ts');
        const replay = dryRun
          ? await findReplay(createPostgresReplays(bridge.pool), id)
          : await changeReplay(bridge, { id, action, actor, reason });
        io.out(json ? JSON.stringify(replay) : `${replay.id}: ${replay.state}`);
      }),
    );
}

function resumeCommand(io: Io, finish: Finish) {
  return new Command('resume')
    .argument('<id>', 'as `replay ls` has it')
    .description('Go on with a replay that was paused, or whose process was killed.')
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      '\nNothing is written twice, nothing is left out. Should its former process still be at work, that one\nstops.\n\nExample:\n  gemini-events replay resume 20261125-4f0c1a',
    )
    .action(async (id, { actor = defaultActor(), json = false }) =>
      withBridge(io, async (bridge) => {
        const { carryOn, changeReplay } = await import('./control-replay.ts');
        const replay = await changeReplay(bridge, { id, action: 'resume', actor, reason: null });
        finish(await carryOn(io, bridge, replay, json));
      }),
    );
}
