import { createTokenBucket, type TokenBucket } from '@gemini-events/http-api/limits';
import type { LaneState } from '../store/delivery-queue.ts';
import { HEALTHY, type LaneHealth } from './attempt.ts';
import type { LaneLoad } from './choose-lanes.ts';

/** A lane as this process knows it. */
export interface Lane {
  readonly id: string;
  inFlight: number;
  health: LaneHealth;
  /** How it stood in the database when it was last read. */
  state: LaneState;
  readAt: number;
  perSecond: number | null;
  bucket: TokenBucket | null;
}

export interface LaneLimits {
  /** Attempts at a time; null: the lane may not be sent on. */
  readonly maxConcurrent: number | null;
  /** Null: as fast as it goes. */
  readonly perSecond: number | null;
}

/** What this process knows of lanes that it has to do with. */
export interface LaneBook {
  get(id: string): Lane | undefined;
  /** Of these, those of which nothing is known that is young enough. */
  stale(ids: readonly string[]): readonly string[];
  update(states: readonly LaneState[]): void;
  /** Those that may be sent on now; more often used ones do not come first. */
  loads(ids: Iterable<string>): readonly LaneLoad[];
  /** Lanes with attempts under way. */
  busy(): readonly string[];
  /** Forgets what nobody uses. */
  sweep(): void;
}

const YOUNG_MS = 1_000;
const FORGOTTEN_MS = 60_000;

export function createLaneBook(options: {
  readonly limitsOf: (state: LaneState) => LaneLimits;
  readonly now: () => number;
}): LaneBook {
  const { limitsOf, now } = options;
  const lanes = new Map<string, Lane>();

  const update = (state: LaneState): void => {
    const { perSecond } = limitsOf(state);
    const { failures, failingSince } = state;
    const known = lanes.get(state.id);
    const lane = known ?? {
      id: state.id,
      inFlight: 0,
      health: HEALTHY,
      state,
      readAt: 0,
      perSecond: null,
      bucket: null,
    };
    lane.state = state;
    lane.readAt = now();
    // While attempts are under way this process knows better; what is written of them comes later.
    if (lane.inFlight === 0) lane.health = { failures, failingSince, closedUntil: 0 };
    if (lane.perSecond !== perSecond) {
      lane.perSecond = perSecond;
      lane.bucket = perSecond === null ? null : createTokenBucket({ perSecond, now });
    }
    lanes.set(state.id, lane);
  };

  return {
    get: (id) => lanes.get(id),
    stale: (ids) =>
      ids.filter((id) => {
        const lane = lanes.get(id);
        return lane === undefined || now() - lane.readAt > YOUNG_MS;
      }),
    update: (states) => states.forEach(update),
    loads(ids) {
      const loads: LaneLoad[] = [];
      for (const id of ids) {
        const lane = lanes.get(id);
        if (lane === undefined || lane.health.closedUntil > now()) continue;
        const { maxConcurrent } = limitsOf(lane.state);
        if (maxConcurrent === null) continue;
        const tokens = lane.bucket?.available() ?? Number.MAX_SAFE_INTEGER;
        const { inFlight, health } = lane;
        loads.push({ id, inFlight, failures: health.failures, maxConcurrent, tokens });
      }
      return loads;
    },
    busy: () => [...lanes.values()].flatMap(({ id, inFlight }) => (inFlight > 0 ? [id] : [])),
    sweep() {
      for (const { id, inFlight, readAt } of lanes.values()) {
        if (inFlight === 0 && now() - readAt > FORGOTTEN_MS) lanes.delete(id);
      }
    },
  };
}
