import { BridgeError } from '@gemini-events/events';
import type { Cluster } from '../raw/cluster.ts';
import { readCommitted } from '../reader/read-committed.ts';
import { logOffsets, stableOffsets } from '../reader/offsets.ts';
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
  },
): Promise<void> {
  const { groupId, inputTopic, changelogTopic, signal } = options;
  if (tasks.length === 0) return;
  const partitions = tasks.map(({ partition }) => partition);
  const committed = await stableOffsets(cluster, groupId, inputTopic, partitions, signal);
  const [firsts, ends] = await Promise.all([
    logOffsets(cluster, changelogTopic, partitions, 'earliest'),
    logOffsets(cluster, changelogTopic, partitions, 'latest'),
  ]);
  const cursors = tasks.map((task) => {
    const first = firsts.get(task.partition) ?? 0n;
    task.state = 'restoring';
    const position = task.changelogPosition > first ? task.changelogPosition : first;
    return { topic: changelogTopic, partition: task.partition, position, task };
  });
  await readCommitted(cluster, cursors, {
    signal,
    until: ({ partition }) => ends.get(partition) ?? 0n,
    onRecord: ({ task }, { value }) => {
      if (value === null) return;
      task.restoredAny = true;
      task.logic.restore(value);
    },
  });
  for (const { task, position } of cursors) {
    task.changelogPosition = position;
    task.position = committed.get(task.partition) ?? -1n;
    // A log that begins behind 0 has held records that retention removed.
    const hasHeld = task.restoredAny || (firsts.get(task.partition) ?? 0n) > 0n;
    if (task.position < 0n && hasHeld && !options.allowOffsetReset) {
      throw new BridgeError(
        'ERR_DEDUP_OFFSETS_LOST',
        `partition ${task.partition}: no committed offset, but the changelog has held ids`,
        { data: { partition: task.partition, group: groupId } },
      );
    }
  }
  const fresh = tasks.filter(({ position }) => position < 0n);
  if (fresh.length > 0) {
    const begin = await logOffsets(
      cluster,
      inputTopic,
      fresh.map(({ partition }) => partition),
      'earliest',
    );
    for (const task of fresh) task.position = begin.get(task.partition) ?? 0n;
  }
  signal.throwIfAborted();
  for (const task of tasks) {
    task.soughtTo = -1n;
    task.state = 'running';
  }
}
