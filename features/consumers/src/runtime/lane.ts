import type { Parked } from '../store/parking/parking.ts';
import { bury, finish, finishRepeat, park } from './conclude.ts';
import type { Job } from './job.ts';
import type { NextStep } from './next-step.ts';
import { LetGo, pause, persist } from './persist.ts';
import type { Runtime } from './ports.ts';
import { type Attempted, runAttempt } from './run-attempt.ts';

/** What a lane asks of the partition that it belongs to. */
export interface LanePartition {
  readonly runtime: Runtime;
  readonly partition: number;
  /** Aborted: nothing more is begun. */
  readonly drain: AbortSignal;
  /** Aborted: nothing can be decided here any more. */
  readonly letGo: AbortSignal;
  readonly read: (parked: Parked, settle: () => void) => Promise<Job>;
  /** An event is being put off: what comes for its key from now on is parked behind it. */
  readonly block: (key: string, parking: Promise<void>) => void;
  readonly parkBehind: (job: Job) => void;
  /** Parked records of the key are about to leave; to be called when none is left then: it is free. */
  readonly leaving: (key: string) => () => void;
}

type Claimed = Extract<Attempted, { kind: 'step' }>;

/** The clock of the inbox and ours may differ a little. */
const LEASE_MARGIN_MS = 50;
const SUSPECT_AFTER = 2;
const AFTER_FAULT_MS = 1_000;
/** Parked records that are read, and leave the parking, together. */
const PORTION = 16;

/** The events of one key, one after the other. */
export class Lane {
  readonly key: string;
  readonly #partition: LanePartition;
  /** The running one first. */
  #jobs: Job[] = [];
  /** Settled, and still in the parking. */
  #finished: Parked[] = [];

  constructor(key: string, partition: LanePartition) {
    this.key = key;
    this.#partition = partition;
  }

  get hasJobs(): boolean {
    return this.#jobs.length > 0;
  }

  add(job: Job): void {
    this.#jobs.push(job);
  }

  async addParked(parked: Parked): Promise<void> {
    this.add(await this.#partition.read(parked, () => this.#finished.push(parked)));
  }

  /** Until there is no event, or one is put off, or the partition drains. Never rejects. */
  async run(): Promise<void> {
    const { slots } = this.#partition.runtime;
    await untilLetGo(async () => {
      for (let job = await this.#next(); job !== undefined; job = await this.#next()) {
        if (!(await this.#takeSlot())) return;
        try {
          await this.#workOn(job);
        } finally {
          slots.give();
        }
        if (this.#jobs[0] === job) this.#jobs.shift();
      }
    });
    await untilLetGo(() => this.#leaveParking());
  }

  /** Waits while the partition is paused. False, and no slot, where it drains. */
  async #takeSlot(): Promise<boolean> {
    const { runtime, partition, drain } = this.#partition;
    const { slots, pauses } = runtime;
    for (;;) {
      await pauses.passed(partition, drain);
      await slots.take();
      if (!drain.aborted && !pauses.isPaused(partition)) return true;
      slots.give();
      if (drain.aborted) return false;
    }
  }

  /** Behind a parked record that was settled come those that were parked behind it. */
  async #next(): Promise<Job | undefined> {
    const last = this.#finished.at(-1);
    const hasRunOut = this.#jobs.length === 0 && last !== undefined;
    if (hasRunOut && !(await this.#leaveParking())) await this.#addFollowing(last);
    return this.#jobs[0];
  }

  async #addFollowing(last: Parked): Promise<void> {
    const { runtime, drain } = this.#partition;
    if (drain.aborted) return;
    const behind = await this.#lasting('parking', () => runtime.parking.following(last, PORTION));
    for (const parked of behind) {
      if (parked.dueAt > runtime.clock.now()) return;
      await this.addParked(parked);
    }
  }

  /** @returns whether nothing of the key was parked any more */
  async #leaveParking(): Promise<boolean> {
    const gone = this.#finished;
    if (gone.length === 0) return false;
    const { runtime, leaving } = this.#partition;
    const free = leaving(this.key);
    const isFree = await this.#lasting('parking', () => runtime.parking.remove(gone));
    this.#finished = [];
    if (isFree) free();
    return isFree;
  }

  /** A fault of the runtime's own must not lose an event: the partition counts as stalled meanwhile. */
  async #workOn(job: Job): Promise<void> {
    const { runtime, drain } = this.#partition;
    for (;;) {
      try {
        return await this.#run(job);
      } catch (error) {
        if (error instanceof LetGo) throw error;
        runtime.events.blocked('runtime', error);
        await pause(runtime.clock, AFTER_FAULT_MS, drain);
        if (drain.aborted) throw new LetGo();
      }
    }
  }

  async #run(job: Job): Promise<void> {
    const { runtime, letGo } = this.#partition;
    let attempted = await runAttempt(runtime, job, { letGo, takesOver: false });
    while (attempted.kind === 'busy') attempted = await this.#takeOver(job, attempted);
    switch (attempted.kind) {
      case 'gone':
        return job.settle();
      case 'repeat':
        return finishRepeat(runtime, job, attempted.state, letGo);
      case 'step':
        return this.#conclude(job, attempted.step, attempted);
    }
  }

  #conclude(job: Job, step: NextStep, { lease, attempt }: Claimed): Promise<void> {
    const { runtime, letGo } = this.#partition;
    const ended = { lease, attempt, letGo };
    if (step.kind === 'finish') return finish(runtime, job, step, ended);
    if (step.kind === 'bury') return bury(runtime, job, step, ended);
    return this.#putOff(job, step, ended);
  }

  async #putOff(
    job: Job,
    step: Extract<NextStep, { kind: 'park' }>,
    ended: Parameters<typeof park>[3],
  ): Promise<void> {
    const { runtime, block, parkBehind } = this.#partition;
    // It has to be the first of its key that is parked: only that one is looked for when it is due.
    if (this.#finished.length > 0) await this.#leaveParking();
    const parking = park(runtime, job, step, ended);
    block(this.key, parking);
    for (const behind of this.#jobs.splice(1)) {
      if (behind.parked === null) parkBehind(behind);
    }
    await parking;
    runtime.events.parked(1);
  }

  /**
   * Somebody else has the event, or a crash has left it behind: waits without a slot until its lease is
   * over, and takes it over then.
   *
   * Which one of the handlers that ran has brought a process down is not known, and each is counted as
   * crashed. If all of them began again together, those that only ran beside the culprit would be given
   * up with it. So those that have crashed twice begin one at a time: the culprit takes down nobody else.
   */
  async #takeOver(
    job: Job,
    { until, attempts }: Extract<Attempted, { kind: 'busy' }>,
  ): Promise<Attempted> {
    const { runtime, drain, letGo } = this.#partition;
    const { clock, slots, suspects } = runtime;
    const isSuspect = attempts >= SUSPECT_AFTER;
    slots.give();
    await pause(clock, Math.max(0, until - clock.now()) + LEASE_MARGIN_MS, drain);
    if (isSuspect) await suspects.take();
    await slots.take();
    try {
      if (drain.aborted) throw new LetGo();
      return await runAttempt(runtime, job, { letGo, takesOver: true });
    } finally {
      if (isSuspect) suspects.give();
    }
  }

  #lasting<Result>(what: string, call: () => Promise<Result>): Promise<Result> {
    const { runtime, letGo } = this.#partition;
    const { clock, events } = runtime;
    return persist(call, {
      clock,
      signal: letGo,
      onFailure: (error) => events.blocked(what, error),
    });
  }
}

async function untilLetGo(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LetGo)) throw error;
  }
}
