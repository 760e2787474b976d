import type { ProcessorStatus } from '@gemini-events/kafka/processor';
import type { Health } from '@gemini-events/service';

/** A partition that has records to read and takes none for this long is reported. */
const STALL_MS = 30_000;

/** Partitions that have records to read and make no progress. */
export function stalledTasks({ tasks }: ProcessorStatus): ProcessorStatus['tasks'] {
  return tasks.filter(({ stalledMs }) => stalledMs >= STALL_MS);
}

/**
 * Ready is who takes part in the group, has the whole state of each of its partitions, and gets on with
 * each of them. The detail says what is waited for, and names the partitions that are stuck.
 */
export function readiness(status: ProcessorStatus): Health {
  const { joined, ready, tasks } = status;
  if (!joined) return { ok: false, detail: 'joining the group' };
  const waiting = tasks.filter(({ state }) => state !== 'running').length;
  const parts = [`${tasks.length} partitions, ${waiting} not running`];
  const restoring = tasks.filter(({ state }) => state === 'restoring');
  if (restoring.length > 0) {
    const share = restoring.reduce((sum, { restored }) => sum + restored, 0) / restoring.length;
    parts.push(`restoring ${restoring.length}: ${Math.floor(share * 100)} % read`);
  }
  const stalled = stalledTasks(status);
  for (const { partition, lag, stalledMs } of stalled) {
    const seconds = Math.floor(stalledMs / 1000);
    parts.push(`partition ${partition} makes no progress for ${seconds} s, lag ${lag}`);
  }
  return { ok: ready && stalled.length === 0, detail: parts.join('; ') };
}
