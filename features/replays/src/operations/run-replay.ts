import { setTimeout as delay } from 'node:timers/promises';
import type { MatchEvent } from '@gemini-events/consumer/select';
import { isBridgeError, LANE_HEADER } from '@gemini-events/events';
import type { Cluster } from '@gemini-events/kafka/cluster';
import { type CopyProgress, copyRecords, type Select } from '@gemini-events/kafka/copier';
import { withHeaders } from '@gemini-events/kafka/wire';
import type { ReplayState, Replays } from '../store/postgres-replays.ts';
import { type ReplayPlan, replayGroup } from './replay-plan.ts';
import { createThrottle, mostAtOnce } from './throttle.ts';

const LOOK_EVERY_MS = 1_000;

export interface RunParts {
  readonly cluster: Cluster;
  readonly replays: Pick<Replays, 'progress' | 'move'>;
  readonly prefix: string;
  /** What is written of a record, and under which name it is counted. */
  readonly select: Select;
  readonly onProgress: (progress: CopyProgress) => void;
  readonly onFailure: (error: unknown) => void;
  /** Aborted by the user: it is paused then. */
  readonly signal: AbortSignal;
}

/** How a run of a replay ended. */
export interface RunEnd {
  readonly state: Exclude<ReplayState, 'running'>;
  readonly progress: CopyProgress;
}

/**
 * Does the work of a replay until it is done, or somebody pauses or cancels it. Kafka alone holds how far
 * it is; the row in Postgres tells it to others, and is where they say what they want.
 * @throws BridgeError ERR_KAFKA_FENCED another process goes on with it; those of Postgres
 */
export async function runReplay(
  parts: RunParts,
  id: string,
  plan: Pick<ReplayPlan, 'ranges' | 'topic' | 'partitions' | 'perSecond'>,
): Promise<RunEnd> {
  const { cluster, replays, prefix, select, signal } = parts;
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  let progress: CopyProgress = { scanned: 0, copied: {}, isComplete: false };
  let state: ReplayState = 'running';
  const look = async (): Promise<void> => {
    state = await replays.progress(id, progress);
    if (state !== 'running') stop();
  };
  // An outage of Postgres does not hold up the copy.
  const looking = setInterval(() => void look().catch(parts.onFailure), LOOK_EVERY_MS);
  const throttle = createThrottle(plan.perSecond, {
    now: () => performance.now(),
    wait: async (milliseconds) => {
      await delay(milliseconds, undefined, { signal: ending.signal });
    },
  });
  try {
    progress = await copyRecords({
      cluster,
      id: replayGroup(prefix, id),
      ranges: plan.ranges,
      target: { topic: plan.topic, partitions: plan.partitions },
      select,
      mostAtOnce: mostAtOnce(plan.perSecond),
      pass: throttle,
      onCommitted(how) {
        progress = how;
        parts.onProgress(how);
      },
      onFailure: parts.onFailure,
      signal: ending.signal,
    });
  } catch (error) {
    if (!ending.signal.aborted && !isBridgeError(error, 'ERR_KAFKA_FENCED')) throw error;
    await look();
    // Whoever cancels it ends the copy; else another process goes on with it.
    if (!ending.signal.aborted) throw error;
  } finally {
    clearInterval(looking);
    signal.removeEventListener('abort', stop);
  }
  await look();
  const to = progress.isComplete ? 'done' : 'paused';
  const moved = await replays.move(id, ['running'], to);
  const ended = moved?.state ?? state;
  return { state: ended === 'running' ? 'paused' : ended, progress };
}

/** Copies what is wanted, and says on each record which replay it belongs to and where it came from. */
export function selectForReplay(id: string, { effects }: ReplayPlan, match: MatchEvent): Select {
  return (record, { topic, partition }) => {
    const copyOf = (type: string | null) =>
      type === null
        ? null
        : {
            countAs: type,
            payload: withHeaders(record, {
              [LANE_HEADER.replayId]: id,
              [LANE_HEADER.effects]: effects,
              [LANE_HEADER.topic]: topic,
              [LANE_HEADER.partition]: String(partition),
              [LANE_HEADER.offset]: String(record.offset),
            }),
          };
    const answer = match(record);
    return answer instanceof Promise ? answer.then(copyOf) : copyOf(answer);
  };
}
