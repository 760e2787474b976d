import { BridgeError } from '@gemini-events/events';
import type { Creation } from '@gemini-events/gemini';
import { at, textAt } from '@gemini-events/gemini';
import type { Job } from '@gemini-events/schemas';
import type { Launches } from '../../store/launches.ts';
import { createMemoryLaunches } from '../../store/memory-launches.ts';
import { CALL_METADATA } from '../call-metadata.ts';
import type { LauncherOptions, Stray } from '../launcher-options.ts';
import { fixedBudget, type SpendGuard } from '../spend-guard.ts';

/** How a call ends; `made-lost` makes a job whose answer does not come, `lost` makes none. */
export const ENDS = ['made', 'made-lost', 'lost', 'refused', 'quota', 'not-sent'] as const;
type End = (typeof ENDS)[number];

interface MadeJob {
  readonly id: string;
  /** Display name of a batch, key of the call of an interaction. */
  readonly name: string;
}

/** A Gemini API, a ledger, a topic and a clock, which last longer than a launcher. */
export interface FakeWorld {
  readonly launches: Launches;
  /** What the next calls come to; `made` after the last one. */
  readonly ends: End[];
  readonly bodies: object[];
  readonly made: MadeJob[];
  readonly announced: Job[];
  readonly uploads: string[];
  readonly strays: Stray[];
  /** How many looked for a batch. */
  looks: number;
  /** Whether the list of batches is too long to be looked through. */
  isListLong: boolean;
  nowMs: number;
  /** Makes the call of a request that has arrived. */
  readonly arrive: (kind: 'batch' | 'interaction', name: string) => Creation;
  readonly options: (more?: Partial<LauncherOptions>) => LauncherOptions;
}

export const SETTLE_MS = 60_000;
export const CALL_MS = 30_000;

export function createFakeWorld(): FakeWorld {
  const world: FakeWorld = {
    launches: createMemoryLaunches({ now: () => world.nowMs }),
    ends: [],
    bodies: [],
    made: [],
    announced: [],
    uploads: [],
    strays: [],
    looks: 0,
    isListLong: false,
    nowMs: 1_764_000_000_000,
    arrive(kind, name) {
      const end = world.ends.shift() ?? 'made';
      const error = (code: 'REFUSED' | 'QUOTA' | 'UNAVAILABLE') =>
        new BridgeError(`ERR_GEMINI_${code}`, `the call came to ${end}`);
      if (end === 'refused') return { kind: 'refused', error: error('REFUSED') };
      if (end === 'quota') return { kind: 'refused', error: error('QUOTA') };
      if (end === 'not-sent') return { kind: 'not-sent', error: error('UNAVAILABLE') };
      const number = world.made.length + 1;
      const id = kind === 'batch' ? `batches/b${number}` : `int_${number}`;
      if (end !== 'lost') world.made.push({ id, name });
      return end === 'made'
        ? { kind: 'created', id }
        : { kind: 'unclear', error: error('UNAVAILABLE') };
    },
    options: (more = {}) => ({
      gemini: {
        async createInteraction(body) {
          world.bodies.push(body);
          return world.arrive('interaction', callOf(body));
        },
        async createBatch(_model, batch) {
          world.bodies.push(batch);
          return world.arrive('batch', textAt(batch, 'displayName') ?? '');
        },
        async findBatch(displayName) {
          world.looks += 1;
          const found = world.made.find(({ name }) => name === displayName);
          if (found !== undefined) return { kind: 'found', id: found.id };
          return { kind: world.isListLong ? 'unknown' : 'absent' };
        },
        async uploadFile(content) {
          world.uploads.push(Buffer.isBuffer(content) ? content.toString() : '(a stream)');
          return { name: `files/u${world.uploads.length}`, bytes: 0 };
        },
      },
      launches: world.launches,
      guard: ANY_SPENDING,
      announce: async (job) => void world.announced.push(job),
      caller: 'agent-1',
      webhook: { url: 'https://hooks.example.com/webhooks/gemini/agent' },
      settleMs: SETTLE_MS,
      callTimeoutMs: CALL_MS,
      now: () => world.nowMs,
      wait: async (ms, signal) => {
        signal?.throwIfAborted();
        world.nowMs += ms;
      },
      onStray: (stray) => world.strays.push(stray),
      ...more,
    }),
  };
  return world;
}

const ANY_SPENDING: SpendGuard = fixedBudget({ usualUsd: 1, mostUsd: 100 });

/** The key that an interaction was asked for with. */
export function callOf(body: object): string {
  const metadata = at(body, 'webhook_config', 'user_metadata');
  return textAt(metadata, CALL_METADATA) ?? '';
}
