import type { DedupBed } from '../bed.ts';
import type { Load } from '../load.ts';
import type { PlannedDelivery } from '../plan-deliveries.ts';
import { readAll, startReader, type TopicReader } from '../read-all.ts';
import { untilTrue } from '../settle.ts';
import { type AbortedReads, checkAbortedReads } from './aborted-reads.ts';
import { checkExactlyOnce, type Findings, faultsOf } from './exactly-once.ts';
import { readTransactionLog } from './transaction-log.ts';

/** What the verifiers found; `faults` is empty when every promise was kept. */
export interface Verdict {
  readonly findings: Findings;
  readonly abortedReads: AbortedReads;
  readonly faults: readonly string[];
}

/** Reads everything, after dedup has ended, and checks it. */
export async function verify(
  bed: DedupBed,
  planned: readonly PlannedDelivery[],
  load: Load,
  live: TopicReader,
): Promise<Verdict> {
  const { brokers, topics, logDir } = bed;
  const output = [...topics.events, topics.quarantine];
  // What a killed process left open ends with the transaction timeout.
  await untilTrue('every transaction has ended', () =>
    Promise.resolve(readTransactionLog(logDir, output).open.size === 0),
  );
  const events = await readAll(brokers, topics.events);
  const quarantine = await readAll(brokers, [topics.quarantine]);
  const findings = checkExactlyOnce(planned, load.acknowledged, {
    deliveries: await readAll(brokers, [topics.deliveries]),
    events,
    quarantine,
  });
  const uncommitted = await startReader(brokers, output, { readUncommitted: true });
  const abortedReads = checkAbortedReads({
    log: readTransactionLog(logDir, output),
    uncommitted: await uncommitted.readToEnd(),
    live: await live.readToEnd(),
    after: [...events, ...quarantine],
  });
  const faults = [...faultsOf(findings, load.accepted()), ...abortedReads.faults];
  return { findings, abortedReads, faults };
}
