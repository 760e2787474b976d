import { setTimeout as delay } from 'node:timers/promises';
import { isBridgeError } from '@gemini-events/events';
import { GroupMember, type Membership } from '../group/group-member.ts';
import { Cluster } from '../raw/cluster.ts';
import { pause } from '../raw/pause.ts';
import { TransactionalProducer } from '../transactions/transactional-producer.ts';
import { InputFetcher } from './input-fetcher.ts';
import type { ProcessorOptions, ProcessorStatus } from './options.ts';
import { PartitionTask } from './partition-task.ts';
import { prepareTasks } from './prepare.ts';
import { runTransactions } from './run-transactions.ts';

/**
 * Brokers abort a transaction that stays open longer; they look every 10 s by default. So a killed
 * instance holds its partitions for 15 s at most.
 */
const TRANSACTION_TIMEOUT_MS = 5_000;
const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 3_000;
/** Brokers that do not answer must not hold up the end of the process. */
const STOP_LIMIT_MS = 10_000;
/** Where it is not in the group when the end is asked for: there is no transaction to finish. */
const STOP_LIMIT_OUTSIDE_MS = 3_000;

interface Over {
  readonly drain: AbortSignal;
  readonly lost: AbortSignal;
}

/**
 * Read, process, write: output, state and consumed offsets in one transaction per instance over all
 * its partitions, fenced by the group's generation (KIP-447; exactly_once_v2 of Kafka Streams).
 *
 * What happens is one sequence per membership: open the producer (which settles what a former process
 * of this instance left open), fence and restore the tasks, then one transaction after the other. A
 * failed transaction ends the producer and begins the sequence anew; a rebalance ends the sequence
 * between two transactions.
 */
export class ExactlyOnceProcessor {
  readonly #options: ProcessorOptions;
  readonly #ending = new AbortController();
  /** Three, since a broker answers the requests of one connection in turn. */
  readonly #forGroup: Cluster;
  readonly #forInput: Cluster;
  readonly #forTransactions: Cluster;
  readonly #member: GroupMember;
  readonly #tasks = new Map<number, PartitionTask>();
  #producer: TransactionalProducer | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ProcessorOptions) {
    const { connection, groupId, inputTopic, events } = options;
    this.#options = options;
    this.#forGroup = new Cluster(connection);
    this.#forInput = new Cluster(connection);
    this.#forTransactions = new Cluster(connection);
    this.#member = new GroupMember({
      cluster: this.#forGroup,
      groupId,
      topics: [inputTopic],
      work: (membership, over) => this.#work(membership, over),
      onForced: events.forced,
      onFailure: (error) => events.failed('group', error),
      now,
    });
  }

  start(): void {
    this.#running = this.#member.run(this.#ending.signal);
  }

  status(): ProcessorStatus {
    const joined = this.#member.isAlive;
    const tasks = [...this.#tasks.values()];
    const at = now();
    return {
      joined,
      ready: joined && tasks.every(({ state }) => state === 'running'),
      tasks: tasks.map((task) => ({
        partition: task.partition,
        state: task.state,
        lag: task.lag,
        restored: task.restored,
        stalledMs: task.stalledMs(at),
      })),
    };
  }

  /**
   * Finishes the open transaction, leaves the group. Where the brokers do not answer it ends all the
   * same: what is open then is aborted by them, or settled by the next process of this instance.
   */
  async stop(): Promise<void> {
    const limitMs = this.#member.isAlive ? STOP_LIMIT_MS : STOP_LIMIT_OUTSIDE_MS;
    this.#ending.abort();
    const limit = new AbortController();
    await Promise.race([
      this.#running,
      delay(limitMs, undefined, { signal: limit.signal }).catch(() => undefined),
    ]);
    limit.abort();
    const clusters = [this.#forGroup, this.#forInput, this.#forTransactions];
    await Promise.all(clusters.map((cluster) => cluster.close()));
  }

  async #work(membership: Membership, over: Over): Promise<void> {
    const { partitions, generation } = membership;
    const tasks = this.#takeTasks(partitions);
    this.#options.events.joined(partitions, generation);
    const onDrain = (): void => setStates(tasks, 'draining');
    const onLost = (): void => setStates(tasks, 'lost');
    over.drain.addEventListener('abort', onDrain, { once: true });
    over.lost.addEventListener('abort', onLost, { once: true });
    let waitMs = FIRST_RETRY_MS;
    while (!over.drain.aborted) {
      if (!(await this.#prepare(tasks, over))) return;
      const startedAt = now();
      if (await this.#transact(tasks, membership, over)) return;
      // A transaction that fails at once whenever it is tried must not keep the brokers busy.
      if (now() - startedAt > MAX_RETRY_MS) waitMs = FIRST_RETRY_MS;
      await pause(waitMs, over.drain);
      waitMs = Math.min(waitMs * 2, MAX_RETRY_MS);
    }
  }

  /** The tasks of these partitions, with the state that they have from before. */
  #takeTasks(partitions: readonly number[]): readonly PartitionTask[] {
    for (const partition of this.#tasks.keys()) {
      if (!partitions.includes(partition)) this.#tasks.delete(partition);
    }
    for (const partition of partitions) {
      const logic = () => this.#options.createLogic(partition);
      const task = this.#tasks.get(partition) ?? new PartitionTask(partition, logic(), now());
      task.state = 'assigned';
      this.#tasks.set(partition, task);
    }
    return [...this.#tasks.values()];
  }

  /** Until every task runs; false where the membership ended before. */
  async #prepare(tasks: readonly PartitionTask[], over: Over): Promise<boolean> {
    const { events, transactionalId } = this.#options;
    const signal = AbortSignal.any([over.drain, over.lost]);
    const cluster = this.#forTransactions;
    const startedAt = now();
    let waitMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        this.#producer ??= await TransactionalProducer.open(
          cluster,
          transactionalId,
          TRANSACTION_TIMEOUT_MS,
          signal,
        );
        await prepareTasks(cluster, tasks, { ...this.#options, signal, onGap: events.gap });
        events.prepared(tasks.length, now() - startedAt);
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        if (isBridgeError(error, 'ERR_DEDUP_OFFSETS_LOST', 'ERR_DEDUP_CHANGELOG_CORRUPT')) {
          events.fatal(error);
          return false;
        }
        events.failed('prepare', error);
        await pause(waitMs, signal);
        waitMs = Math.min(waitMs * 2, MAX_RETRY_MS);
      }
    }
    return false;
  }

  /** Until it is drained (true) or a transaction fails (false). */
  async #transact(
    tasks: readonly PartitionTask[],
    { memberId, generation }: Membership,
    over: Over,
  ): Promise<boolean> {
    const { groupId, inputTopic: topic, changelogTopic, events } = this.#options;
    const producer = this.#producer;
    if (producer === undefined) return false;
    const ended = new AbortController();
    const fetcher = new InputFetcher({
      cluster: this.#forInput,
      topic,
      tasks,
      signal: AbortSignal.any([ended.signal, over.drain, over.lost]),
      now,
      events,
    });
    try {
      await runTransactions(producer, tasks, fetcher, {
        changelogTopic,
        consumed: { groupId, generation, memberId, topic },
        drain: over.drain,
        lost: over.lost,
        now,
        onCommitted: events.committed,
      });
      return true;
    } catch (error) {
      // Its fate may be unknown: nothing more is sent with this producer.
      this.#producer = undefined;
      events.failed('transaction', error);
      if (!over.drain.aborted) setStates(tasks, 'fencing');
      return false;
    } finally {
      ended.abort();
    }
  }
}

function setStates(tasks: readonly PartitionTask[], state: PartitionTask['state']): void {
  for (const task of tasks) task.state = state;
}

const now = (): number => performance.now();
