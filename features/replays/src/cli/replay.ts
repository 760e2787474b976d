import { Command, Option } from '@commander-js/extra-typings';
import { audit, defaultActor } from '@gemini-events/access/audit';
import type { ExitCode, Io } from '@gemini-events/cli-kit';
import {
  collect,
  createProgressBar,
  parseConsumerName,
  parseCount,
  parseLabel,
  parseMoment,
  print,
} from '@gemini-events/cli-kit';
import { type Bridge, withBridge } from '@gemini-events/cli-kit/bridge';
import { configOf, consumersConfig } from '@gemini-events/cli-kit/config';
import { BridgeError } from '@gemini-events/events';
import { eventsByLane, MOST_EVENTS } from '@gemini-events/job-status';
import { countEvents } from '../operations/count-events.ts';
import { createMatch } from '../operations/match-event.ts';
import { newReplay, type ReplayPlan, totalOf } from '../operations/replay-plan.ts';
import {
  labelsFrom,
  makeTopic,
  membersOf,
  planReplay,
  type ReplayRequest,
} from '../operations/start-replay.ts';
import { createPostgresReplays } from '../store/postgres-replays.ts';
import { carryOn, changeReplay, findReplay } from './control-replay.ts';
import { renderCounts, renderPlan, renderReplays } from './render-replays.ts';
import { parseOffsets, parseRoute, parseTopic, ROUTES, requestOf } from './request-options.ts';

type Finish = (code: ExitCode) => void;

const EXAMPLES = `
Records keep their key, headers and order per key. They go to the private lane of one consumer, or to a
new topic; the shared topics are only read. --dry-run reads and counts, and changes nothing.

Examples:
  gemini-events replay --to results --type 'batch.*' --since 2026-11-24 --until 2026-11-25 --dry-run
  gemini-events replay --to results --resource batches/b1 --effects again --reason "the store was lost"
  gemini-events replay --to-topic backfill.november --since 30d --rate 2000`;

export function replayCommand(io: Io, finish: Finish) {
  return new Command('replay')
    .description('Bring past events to one consumer again, or to a new topic.')
    .addCommand(startCommand(io, finish), { isDefault: true })
    .addCommand(lsCommand(io))
    .addCommand(showCommand(io))
    .addCommand(stopCommand(io, 'pause'))
    .addCommand(stopCommand(io, 'cancel'))
    .addCommand(resumeCommand(io, finish));
}

function startCommand(io: Io, finish: Finish) {
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
      const config = configOf(consumersConfig, io);
      const request = await requestOf(options);
      await withBridge(config, async (bridge) => {
        const plan = await planReplay(bridge, await withLane(bridge, request, options.lane));
        const members = plan.consumer === null ? null : await membersOf(bridge, plan.consumer);
        io.talk(renderPlan(plan, members));
        if (options.dryRun === true) return dryRun(io, bridge, plan, json);
        const replay = newReplay({ kind: 'replay', plan }, { actor, reason, now: Date.now() });
        await audit(config, {
          actor,
          action: 'replay.start',
          subject: replay.target,
          reason,
          details: {
            replay: replay.id,
            effects: plan.effects,
            filter: JSON.stringify(plan.filter),
          },
          at: Date.now(),
        });
        if (plan.consumer === null) await makeTopic(bridge, plan);
        await createPostgresReplays(bridge.pool).add(replay);
        io.talk(`replay ${replay.id}`);
        finish(await carryOn(io, bridge, { ...replay, scanned: 0 }, json));
      });
    });
}

async function dryRun(io: Io, bridge: Bridge, plan: ReplayPlan, json: boolean): Promise<void> {
  const startedAt = performance.now();
  const bar = createProgressBar(io.stderr, { total: totalOf(plan), now: Date.now });
  const match = createMatch(plan.filter, labelsFrom(bridge.decoder));
  const counts = await countEvents(bridge.cluster, plan, match, bar.to);
  bar.end();
  const seconds = (performance.now() - startedAt) / 1_000;
  if (json) io.out(JSON.stringify({ dryRun: true, ...counts, seconds, plan }));
  else io.out(renderCounts(counts, plan, seconds));
}

function lsCommand(io: Io) {
  return new Command('ls')
    .description('Replays and redrives, the newest first, and how far they are.')
    .option('--limit <number>', 'so many', parseCount, 50)
    .option('--json', 'one JSON array on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events replay ls --json')
    .action(async ({ limit, json = false }) =>
      withBridge(configOf(consumersConfig, io), async ({ pool }) => {
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
      withBridge(configOf(consumersConfig, io), async ({ pool }) => {
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
      withBridge(configOf(consumersConfig, io), async (bridge) => {
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
      withBridge(configOf(consumersConfig, io), async (bridge) => {
        const replay = await changeReplay(bridge, { id, action: 'resume', actor, reason: null });
        finish(await carryOn(io, bridge, replay, json));
      }),
    );
}

/** Only events that the consumer has in a state. @throws BridgeError ERR_REPLAY_INVALID */
async function withLane(
  { pool }: Bridge,
  request: ReplayRequest,
  state: string | undefined,
): Promise<ReplayRequest> {
  if (state === undefined) return request;
  if (request.to.kind !== 'consumer' || request.filter.eventIds !== null) {
    const message = '--lane is a state of the consumer that --to names, and a list of its own';
    throw new BridgeError('ERR_REPLAY_INVALID', message);
  }
  const eventIds = await eventsByLane(pool, request.to.name, state);
  if (eventIds.length > MOST_EVENTS) {
    const message = `more than ${MOST_EVENTS} events are ${state}: take another filter`;
    throw new BridgeError('ERR_REPLAY_INVALID', message);
  }
  return { ...request, filter: { ...request.filter, eventIds } };
}
