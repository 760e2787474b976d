import type { PartitionLogic, TaskState } from './types.ts';

/**
 * One input partition as this instance holds it: its logic with state, where the state stands in the
 * changelog, and where the input goes on. Kept over assignments as long as the partition stays here:
 * the changelog is then read from where the state stands, not from its beginning.
 */
export class PartitionTask {
  readonly partition: number;
  readonly logic: PartitionLogic;
  state: TaskState = 'fencing';
  /** Next input offset; known once fenced. */
  position = -1n;
  /** The state holds all committed changelog records below this; -1 when nothing was read yet. */
  changelogPosition = -1n;
  /** Whether the changelog ever gave a committed value. */
  restoredAny = false;
  /** An offset that was asked for by a seek, so that a gap behind it is known to be one of the log. */
  soughtTo = -1n;

  constructor(partition: number, logic: PartitionLogic) {
    this.partition = partition;
    this.logic = logic;
  }
}

/** What to do with a batch that begins at `first` when the task stands at `position`. */
export type BatchFit = 'take' | 'seek' | 'take-after-gap' | 'prepare';

/**
 * A batch may begin elsewhere than the task stands: the group client learned its offset before a
 * former owner's transaction was settled. Then it has to seek. Where it begins behind the position
 * although that was sought, nothing for us stands in between any more (retention, or an aborted
 * transaction). Where it begins before the position although that was sought, the log ends before the
 * position and the client began at its beginning: the task has to be prepared anew, which finds out.
 */
export function fitBatch(
  task: Pick<PartitionTask, 'position' | 'soughtTo'>,
  first: bigint,
): BatchFit {
  if (first === task.position) return 'take';
  if (task.soughtTo !== task.position) return 'seek';
  return first > task.position ? 'take-after-gap' : 'prepare';
}
