import { setTimeout as delay } from 'node:timers/promises';
import type { ApprovalLogEntry, Approvals } from '@gemini-events/approvals';
import type { ProducerRecord } from '@gemini-events/kafka/producer';
import type { Engine } from '../engine/create-engine.ts';
import { approvalTopic } from '../steps/ask-approval.ts';
import type { ExecutorLock } from '../store/executor-lock.ts';

const LOOK_EVERY_MS = 250;
const LONGEST_WAIT_MS = 5_000;
const AT_A_TIME = 200;

/**
 * Takes what was asked and decided from the database to the run that waits, to the topic of approvals and
 * to the audit. A decision comes from anywhere, by whoever can write the row, and a crash in between
 * repeats it: the run takes a message once for its key, and the topics end with the newest state, as one
 * instance at a time announces.
 */
export function announceApprovals(options: {
  readonly lock: Pick<ExecutorLock, 'alone'>;
  readonly approvals: Pick<Approvals, 'unannounced' | 'announced'>;
  readonly engine: Pick<Engine, 'wake'>;
  readonly records: (entry: ApprovalLogEntry) => readonly ProducerRecord[];
  /** Resolves when Kafka has it. */
  readonly publish: (record: ProducerRecord, signal: AbortSignal) => Promise<void>;
  readonly onDecided: (state: string) => void;
  readonly onFailure: (error: unknown) => void;
  readonly signal: AbortSignal;
}): { readonly ended: Promise<void> } {
  const { lock, approvals, engine, records, publish, onDecided, onFailure, signal } = options;
  const announce = async (): Promise<number> => {
    const all = await approvals.unannounced(AT_A_TIME);
    // Kafka may be away: runs need not wait for it.
    for (const { id, approval } of all) {
      await engine.wake(approval.runId, approvalTopic(approval.id), id);
    }
    for (const record of all.flatMap(records)) await publish(record, signal);
    await approvals.announced(all.map(({ id }) => id));
    for (const { action, outcome, approval } of all) {
      if (action !== 'request' && outcome === 'taken') onDecided(approval.state);
    }
    return all.length;
  };
  const run = async (): Promise<void> => {
    let waitMs = LOOK_EVERY_MS;
    while (!signal.aborted) {
      try {
        let count = 0;
        await lock.alone('approvals', async () => {
          count = await announce();
        });
        waitMs = count === AT_A_TIME ? 0 : LOOK_EVERY_MS;
      } catch (error) {
        if (signal.aborted) return;
        onFailure(error);
        waitMs = Math.min(2 * Math.max(waitMs, LOOK_EVERY_MS), LONGEST_WAIT_MS);
      }
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  };
  return { ended: run() };
}
