import { audit } from '@gemini-events/access/audit';
import { createProgressBar, EXIT, type ExitCode, type Io } from '@gemini-events/cli-kit';
import type { Bridge } from '@gemini-events/cli-kit/bridge';
import { createMatch, labelsFrom } from '@gemini-events/consumer/select';
import { BridgeError } from '@gemini-events/events';
import { withAdmin } from '@gemini-events/kafka/admin';
import { connectionFrom, createKafkaJs } from '@gemini-events/kafka/connection';
import { endCopy } from '@gemini-events/kafka/copier';
import { stableOffsets } from '@gemini-events/kafka/reader';
import { untilSuccess } from '@gemini-events/service/retry';
import { reopenLetters, selectForRedrive } from '../dead-letters/redrive-letters.ts';
import { type RedrivePlan, type ReplayPlan, replayGroup } from '../operations/replay-plan.ts';
import { runReplay, selectForReplay } from '../operations/run-replay.ts';
import {
  createPostgresReplays,
  type Replay,
  type ReplayState,
  type Replays,
} from '../store/postgres-replays.ts';
import { copiedOf } from './render-replays.ts';

/** For a look at the brokers. */
const LIMIT_MS = 30_000;

type Action = 'pause' | 'cancel' | 'resume';

/** From which states an action leads where. */
const MOVES: Readonly<Record<Action, { from: readonly ReplayState[]; to: ReplayState }>> = {
  pause: { from: ['running'], to: 'paused' },
  cancel: { from: ['running', 'paused'], to: 'cancelled' },
  // A process that was killed has left it running.
  resume: { from: ['paused', 'running'], to: 'running' },
};

/** @throws BridgeError ERR_REPLAY_UNKNOWN */
export async function findReplay(replays: Pick<Replays, 'find'>, id: string): Promise<Replay> {
  const found = await replays.find(id);
  if (found !== null) return found;
  throw new BridgeError('ERR_REPLAY_UNKNOWN', `there is no replay ${id}`);
}

/** @throws BridgeError ERR_REPLAY_UNKNOWN, ERR_REPLAY_ENDED; those of Kafka, registry and Postgres */
export async function changeReplay(
  bridge: Bridge,
  change: {
    readonly id: string;
    readonly action: Action;
    readonly actor: string;
    readonly reason: string | null;
  },
): Promise<Replay> {
  const { id, action, actor, reason } = change;
  const { config, pool } = bridge;
  const replays = createPostgresReplays(pool);
  const { state } = await findReplay(replays, id);
  const { from, to } = MOVES[action];
  const refused = (now: string): BridgeError =>
    new BridgeError('ERR_REPLAY_ENDED', `replay ${id} is ${now}: there is nothing to ${action}`);
  if (!from.includes(state)) throw refused(state);
  await audit(config, {
    actor,
    action: `replay.${action}`,
    subject: id,
    reason,
    details: {},
    at: Date.now(),
  });
  const moved = await replays.move(id, from, to);
  if (moved === null) throw refused((await findReplay(replays, id)).state);
  if (action === 'cancel') await cleanUp(bridge, moved);
  return moved;
}

/** Does the work of a replay in this process, and tells how it ended. */
export async function carryOn(
  io: Io,
  bridge: Bridge,
  replay: Pick<Replay, 'id' | 'kind' | 'total' | 'plan' | 'scanned'>,
  json: boolean,
): Promise<ExitCode> {
  const { id, total } = replay;
  const startedAt = performance.now();
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  const bar = createProgressBar(io.stderr, { total, now: Date.now });
  try {
    const { plan, select } = workOf(bridge, replay);
    await refuseForgotten(bridge, replay, plan.ranges);
    const { state, progress } = await runReplay(
      {
        cluster: bridge.cluster,
        replays: createPostgresReplays(bridge.pool),
        prefix: bridge.prefix,
        select,
        onProgress: ({ scanned }) => bar.to(scanned),
        onFailure: (error) => {
          bar.end();
          io.talk(`tried again: ${error instanceof Error ? error.message : String(error)}`);
        },
        signal: interrupt.signal,
      },
      id,
      plan,
    );
    bar.end();
    if (state === 'done') await forgetGroup(bridge, id);
    const { scanned, copied } = progress;
    const seconds = (performance.now() - startedAt) / 1_000;
    const events = copiedOf(progress);
    if (json) io.out(JSON.stringify({ id, state, events, copied, scanned, total, seconds }));
    else io.out(`${id}: ${state}, ${events} events written, ${scanned} of ${total} offsets read`);
    if (state === 'paused') io.talk(`go on with: gemini-events replay resume ${id}`);
    return interrupt.signal.aborted && state === 'paused' ? EXIT.interrupted : EXIT.done;
  } finally {
    bar.end();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/**
 * Brokers forget the offsets of a group without members after some days. Going on would then begin anew.
 * What Postgres knows is never ahead of them.
 * @throws BridgeError ERR_REPLAY_FORGOTTEN
 */
async function refuseForgotten(
  { cluster, prefix }: Bridge,
  { id, scanned }: Pick<Replay, 'id' | 'scanned'>,
  ranges: ReplayPlan['ranges'],
): Promise<void> {
  // One that has just begun has no place, and perhaps nobody yet who would know it.
  if (scanned === 0) return;
  const group = replayGroup(prefix, id);
  let reached = 0;
  for (const [topic, ofTopic] of Map.groupBy(ranges, (range) => range.topic)) {
    const partitions = ofTopic.map(({ partition }) => partition);
    const signal = AbortSignal.timeout(LIMIT_MS);
    const offsets = await untilSuccess(
      () => stableOffsets(cluster, group, topic, partitions, signal),
      { signal, onFailure: () => undefined },
    );
    for (const { partition, from } of ofTopic) {
      reached += Math.max(0, (offsets.get(partition) ?? -1) - from);
    }
  }
  if (reached >= scanned) return;
  const message = `the brokers have forgotten how far ${id} was; it had read ${scanned} offsets`;
  throw new BridgeError('ERR_REPLAY_FORGOTTEN', message);
}

function workOf({ decoder }: Bridge, { id, kind, plan }: Pick<Replay, 'id' | 'kind' | 'plan'>) {
  if (kind === 'redrive') {
    const redrive = plan as RedrivePlan;
    return { plan: redrive, select: selectForRedrive(id, redrive) };
  }
  const replay = plan as ReplayPlan;
  const match = createMatch(replay.filter, labelsFrom(decoder));
  return { plan: replay, select: selectForReplay(id, replay, match) };
}

/**
 * Ends a replay that was cancelled, whether its process is at work or was killed. A letter that a redrive
 * did not reach is open again.
 */
async function cleanUp(
  bridge: Bridge,
  { id, kind, plan }: Pick<Replay, 'id' | 'kind' | 'plan'>,
): Promise<void> {
  await endCopy(bridge.cluster, replayGroup(bridge.prefix, id), AbortSignal.timeout(LIMIT_MS));
  if (kind === 'redrive') await reopenLetters(bridge, id, plan as RedrivePlan);
  await forgetGroup(bridge, id);
}

/** What it was for is over. Left alone it would be gone after a week. */
async function forgetGroup({ config, prefix }: Bridge, id: string): Promise<void> {
  const kafka = createKafkaJs(connectionFrom(config, `${prefix}.cli`));
  await withAdmin(kafka, (admin) => admin.deleteGroups([replayGroup(prefix, id)])).catch(
    () => undefined,
  );
}
