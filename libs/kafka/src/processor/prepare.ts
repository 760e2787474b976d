import { BridgeError } from '@gemini-events/events';
import type { Cluster } from '../raw/cluster.ts';
import { type LogRange, logRange, stableOffsets } from '../reader/offsets.ts';
import { readCommitted } from '../reader/read-committed.ts';
import type { PartitionTask } from './partition-task.ts';

/**
 * Brings tasks from `fencing` to `running`: stable offsets first, then the changelog up to its end.
 *
 * The order matters. A former owner P of a partition may have a transaction open. Stable offsets wait
 * until it is committed or aborted if its offsets were already part of it; if they were not, the
 * group's generation refuses them from now on, so it can only be aborted. In both cases its changelog
 * record may not carry its marker yet: therefore the changelog's end is its high watermark, taken
 * afterwards, and the committed read waits for every transaction below that.
 * @throws BridgeError ERR_DEDUP_OFFSETS_LOST
 */
export async function prepareTasks(
  cluster: Cluster,
  tasks: readonly PartitionTask[],
  options: {
    readonly groupId: string;
    readonly inputTopic: string;
    readonly changelogTopic: string;
    readonly allowOffsetReset: boolean;
    readonly signal: AbortSignal;
    readonly onGap: (partition: number, from: number, to: number) => void;
  },
): Promise<void> {
  const { groupId, inputTopic, changelogTopic, signal } = options;
  if (tasks.length === 0) return;
  for (const task of tasks) task.state = 'fencing';
  const partitions = tasks.map(({ partition }) => partition);
  const committed = await stableOffsets(cluster, groupId, inputTopic, partitions, signal);
  const [changelog, input] = await Promise.all([
    logRange(cluster, changelogTopic, partitions),
    logRange(cluster, inputTopic, partitions),
  ]);
  await restore(cluster, tasks, { topic: changelogTopic, log: changelog, signal });
  signal.throwIfAborted();
  for (const task of tasks) {
    const { partition } = task;
    // A log that begins behind 0 has held records that retention removed.
    const hasHeld = task.restoredAny || changelog(partition).begin > 0;
    const offset = committed.get(partition) ?? -1;
    const { begin, end } = input(partition);
    const fault = lostOffset(offset, end, hasHeld);
    if (fault !== null && !options.allowOffsetReset) {
      throw new BridgeError('ERR_DEDUP_OFFSETS_LOST', `partition ${partition}: ${fault}`, {
        data: { partition, group: groupId },
      });
    }
    if (fault === null && offset >= 0 && offset < begin) options.onGap(partition, offset, begin);
    task.beginAt(fault !== null || offset < begin ? begin : offset);
    task.highWatermark = end;
    task.state = 'running';
  }
}

/**
 * Why a committed offset cannot be believed, or null. Beginning at the earliest record then could
 * publish again what is older than the window and still in the log.
 */
function lostOffset(committed: number, end: number, hasHeld: boolean): string | null {
  if (committed > end) return `the committed offset ${committed} is behind the log's end ${end}`;
  if (committed < 0 && hasHeld) return 'no committed offset, but the changelog has held ids';
  return null;
}

/** Reads the changelog from where each task's state stands to the end of `log`. */
async function restore(
  cluster: Cluster,
  tasks: readonly PartitionTask[],
  options: {
    readonly topic: string;
    readonly log: (partition: number) => LogRange;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { topic, log, signal } = options;
  const cursors = tasks.map((task) => {
    const { begin, end } = log(task.partition);
    task.state = 'restoring';
    task.changelogEnd = end;
    if (task.changelogPosition < begin) task.changelogPosition = begin;
    return {
      topic,
      partition: task.partition,
      task,
      get position() {
        return task.changelogPosition;
      },
      // Kept in the task, also when this fails: what was read need not be read again.
      set position(next) {
        task.changelogPosition = next;
      },
    };
  });
  await readCommitted(cluster, cursors, {
    signal,
    until: ({ partition }) => log(partition).end,
    onRecord: ({ task }, { value }) => {
      if (value === null) return;
      task.restoredAny = true;
      task.logic.restore(value);
    },
  });
}
