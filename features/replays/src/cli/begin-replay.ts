import { audit } from '@gemini-events/access/audit';
import { createProgressBar, EXIT, type ExitCode, type Io } from '@gemini-events/cli-kit';
import { type Bridge, withBridge } from '@gemini-events/cli-kit/bridge';
import { membersOf } from '@gemini-events/consumer/operations';
import { createMatch, labelsFrom } from '@gemini-events/consumer/select';
import { BridgeError } from '@gemini-events/events';
import { countEvents } from '../operations/count-events.ts';
import type { EventLanes } from '../operations/event-lanes.ts';
import { newReplay, type ReplayPlan, totalOf } from '../operations/replay-plan.ts';
import { makeTopic, planReplay, type ReplayRequest } from '../operations/start-replay.ts';
import { createPostgresReplays } from '../store/postgres-replays.ts';
import { carryOn } from './control-replay.ts';
import { renderCounts, renderPlan } from './render-replays.ts';

/**
 * Begins a replay, and does its work until its end; a dry run only counts.
 * @throws BridgeError ERR_REPLAY_INVALID, ERR_CONSUMER_UNKNOWN, ERR_KAFKA_TOPIC_MISFIT; those of Kafka,
 * registry and Postgres
 */
export async function beginReplay(
  io: Io,
  asked: {
    readonly request: ReplayRequest;
    /** Only events that the consumer has in this state. */
    readonly lane: string | undefined;
    readonly loadLanes: () => Promise<EventLanes>;
    readonly actor: string;
    readonly reason: string | null;
    readonly dryRun: boolean;
    readonly json: boolean;
  },
): Promise<ExitCode> {
  const { actor, reason, json } = asked;
  return withBridge(io, async (bridge) => {
    const plan = await planReplay(bridge, await withLane(bridge, asked));
    const members = plan.consumer === null ? null : await membersOf(bridge, plan.consumer);
    io.talk(renderPlan(plan, members));
    if (asked.dryRun) {
      await dryRun(io, bridge, plan, json);
      return EXIT.done;
    }
    const replay = newReplay({ kind: 'replay', plan }, { actor, reason, now: Date.now() });
    await audit(bridge.config, {
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
    return carryOn(io, bridge, { ...replay, scanned: 0 }, json);
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

/** Only events that the consumer has in a state. @throws BridgeError ERR_REPLAY_INVALID */
async function withLane(
  { pool }: Bridge,
  asked: {
    readonly request: ReplayRequest;
    readonly lane: string | undefined;
    readonly loadLanes: () => Promise<EventLanes>;
  },
): Promise<ReplayRequest> {
  const { request, lane: state } = asked;
  if (state === undefined) return request;
  if (request.to.kind !== 'consumer' || request.filter.eventIds !== null) {
    const message = '--lane is a state of the consumer that --to names, and a list of its own';
    throw new BridgeError('ERR_REPLAY_INVALID', message);
  }
  const { eventsByLane, MOST_EVENTS } = await asked.loadLanes();
  const eventIds = await eventsByLane(pool, request.to.name, state);
  if (eventIds.length > MOST_EVENTS) {
    const message = `more than ${MOST_EVENTS} events are ${state}: take another filter`;
    throw new BridgeError('ERR_REPLAY_INVALID', message);
  }
  return { ...request, filter: { ...request.filter, eventIds } };
}
