import { createBatcher, untilSuccess } from '@gemini-events/service';
import type { ClaimedDelivery, DeliveryQueue, SettledAttempt } from '../store/delivery-queue.ts';
import type { AttemptResult, LaneHealth } from './attempt.ts';
import { chooseLanes, type Slots } from './choose-lanes.ts';
import { decideAttempt, type RetryPolicy, type Verdict } from './decide-attempt.ts';
import type { Lane, LaneBook } from './lane-book.ts';

export interface DelivererEvents {
  /** An attempt was written down. */
  readonly settled: (delivery: ClaimedDelivery, result: AttemptResult, verdict: Verdict) => void;
  readonly disabled: (lane: Lane, reason: 'gone' | 'failing') => void;
  readonly reclaimed: (count: number) => void;
  /** Something is away; it is tried again. */
  readonly awaited: (error: unknown) => void;
}

export interface DelivererParts {
  readonly queue: DeliveryQueue;
  readonly book: LaneBook;
  /** One attempt; never throws. */
  readonly send: (
    delivery: ClaimedDelivery,
    lane: Lane,
    signal: AbortSignal,
  ) => Promise<AttemptResult>;
  /** Switches an endpoint off. @returns false where it was off already */
  readonly disable: (lane: Lane, reason: 'gone' | 'failing') => Promise<boolean>;
  readonly policy: RetryPolicy;
  readonly slots: Slots;
  readonly events: DelivererEvents;
  readonly now: () => number;
  readonly random: () => number;
}

export interface Deliverer {
  /** These lanes have something new. */
  wake(lanes: readonly string[]): void;
  /** Attempts under way. */
  inFlight(): number;
  /** Takes nothing more, gives attempts under way so long, and lets go of the rest. */
  stop(graceMs: number): Promise<void>;
}

/** Leases are renewed, and lanes looked for, so often. */
const SWEEP_MS = 500;
const RENEW_MS = 3_000;
const LANES_AT_A_TIME = 500;
const SETTLED_AT_A_TIME = 500;

/** Sends what is due, lane by lane, and writes down what came of it. Runs from the start. */
export function startDeliverer(parts: DelivererParts): Deliverer {
  const { queue, book, policy, slots, events, now, random } = parts;
  const ending = new AbortController();
  const letGo = new AbortController();
  const dirty = new Set<string>();
  /** Lanes that got no slot; they are asked again when one is free. */
  const starved = new Set<string>();
  const running = new Set<Promise<void>>();
  let failing = 0;
  let wakeUp: () => void = () => undefined;
  const wake = (lanes: readonly string[]): void => {
    for (const lane of lanes) dirty.add(lane);
    wakeUp();
  };

  /** Settlements of the same turn are written together. */
  const settle = createBatcher<{ attempt: SettledAttempt; lane: Lane; changed: boolean }, null>(
    async (settled) => {
      const changed = new Set(settled.flatMap(({ lane, changed: is }) => (is ? [lane] : [])));
      const lanes = [...changed].map(({ id, health }) => ({ id, ...health }));
      const attempts = settled.map(({ attempt }) => attempt);
      await untilSuccess(() => queue.settle(attempts, lanes), {
        signal: letGo.signal,
        onFailure: events.awaited,
      });
      return settled.map(() => null);
    },
    SETTLED_AT_A_TIME,
  );

  const attempt = async (delivery: ClaimedDelivery, lane: Lane): Promise<void> => {
    const wasFailing = lane.health.failures > 0;
    lane.inFlight += 1;
    if (wasFailing) failing += 1;
    try {
      const result = await parts.send(delivery, lane, letGo.signal);
      const before: LaneHealth = lane.health;
      const about = { step: delivery.step, lane: before, now: now() };
      const verdict = decideAttempt(result, about, policy, random);
      lane.health = verdict.lane;
      await settle({
        lane,
        changed: before.failures > 0 || verdict.lane.failures > 0,
        attempt: {
          id: delivery.id,
          number: delivery.number,
          state: verdict.state,
          step: verdict.step,
          dueAt: verdict.dueAt,
          startedAt: result.startedAt,
          tookMs: result.tookMs,
          status: result.status,
          error: result.error,
          answer: result.answer,
        },
      });
      events.settled(delivery, result, verdict);
      const { disable } = verdict;
      if (disable !== null) {
        const isNew = await untilSuccess(() => parts.disable(lane, disable), {
          signal: letGo.signal,
          onFailure: events.awaited,
        });
        if (isNew) events.disabled(lane, disable);
      }
    } catch (error) {
      // Let go of: whoever takes the lane next repeats it with the same id.
      if (!letGo.signal.aborted) events.awaited(error);
    } finally {
      lane.inFlight -= 1;
      if (wasFailing) failing -= 1;
    }
    // There may be more behind it, and others wait for the slot.
    wake([lane.id, ...starved]);
    starved.clear();
  };

  const round = async (): Promise<void> => {
    const ids = [...dirty];
    // What is woken from here on is for the next round.
    dirty.clear();
    const stale = book.stale(ids);
    if (stale.length > 0) book.update(await queue.lanes(stale));
    const loads = book.loads(ids);
    const asks = chooseLanes(loads, slots, { all: running.size, failing });
    const asked = new Map(asks.map(({ lane, free }) => [lane, free]));
    for (const { id, inFlight, maxConcurrent, tokens } of loads) {
      if (!asked.has(id) && inFlight < maxConcurrent && tokens > 0) starved.add(id);
    }
    if (asks.length === 0) return;
    const counts = new Map<string, number>();
    for (const delivery of await queue.claim(asks)) {
      const lane = book.get(delivery.lane);
      if (lane === undefined) continue;
      counts.set(lane.id, (counts.get(lane.id) ?? 0) + 1);
      const run = attempt(delivery, lane).finally(() => running.delete(run));
      running.add(run);
    }
    for (const [id, count] of counts) {
      book.get(id)?.bucket?.spend(count);
      if (count === asked.get(id)) dirty.add(id);
    }
  };

  const loop = async (): Promise<void> => {
    let sweptAt = Number.NEGATIVE_INFINITY;
    let renewedAt = now();
    while (!ending.signal.aborted) {
      try {
        if (now() - renewedAt >= RENEW_MS) {
          renewedAt = now();
          await queue.renew(book.busy());
        }
        if (now() - sweptAt >= SWEEP_MS) {
          sweptAt = now();
          const reclaimed = await queue.reclaim();
          if (reclaimed > 0) events.reclaimed(reclaimed);
          for (const id of await queue.dueLanes(LANES_AT_A_TIME)) dirty.add(id);
          book.sweep();
        }
        if (dirty.size > 0) await round();
      } catch (error) {
        events.awaited(error);
      }
      await rest();
    }
  };

  /** Until somebody wakes it, or the next sweep. */
  const rest = async (): Promise<void> => {
    const hasRoom = running.size < slots.all;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, SWEEP_MS);
      wakeUp = () => {
        clearTimeout(timer);
        // What was woken for in one turn is claimed together.
        setImmediate(resolve);
      };
      if ((dirty.size > 0 && hasRoom) || ending.signal.aborted) wakeUp();
    });
    wakeUp = () => undefined;
  };

  const looping = loop();
  return {
    wake,
    inFlight: () => running.size,
    async stop(graceMs) {
      ending.abort();
      wakeUp();
      await looping;
      const grace = setTimeout(() => letGo.abort(), graceMs);
      await Promise.all(running);
      clearTimeout(grace);
      letGo.abort();
      await queue.release().catch(events.awaited);
    },
  };
}
