import type { Gemini, JobCalls } from '@gemini-events/gemini';
import type { Job } from '@gemini-events/schemas';
import type { Launches } from '../store/launches.ts';
import type { SpendGuard } from './spend-guard.ts';

export type Launched =
  /** @property isNew whether this launch made the job; false: it was there before */
  | { readonly kind: 'created'; readonly id: string; readonly isNew: boolean }
  /**
   * Nobody knows whether the last call made a job. Its event settles that (`Launches.adopt`), or a human who
   * lets it be called again (`LaunchOrder.again`).
   * @property since when the call was begun, in milliseconds since 1970
   * @property calls how many were begun
   */
  | { readonly kind: 'unclear'; readonly since: number; readonly calls: number };

/** A second job for one key, which should not be. */
export interface Stray {
  readonly key: string;
  /** It runs and costs money, and nobody waits for it. */
  readonly resourceId: string;
  /** What the ledger has in its place. */
  readonly keptId: string | null;
}

export interface LauncherOptions {
  readonly gemini: JobCalls & Pick<Gemini, 'findBatch' | 'uploadFile'>;
  readonly launches: Launches;
  readonly guard: SpendGuard;
  /** Puts a job on the topic of jobs; resolves when it is there. May be told of the same one twice. */
  readonly announce: (job: Job) => Promise<void>;
  /** Name of this instance, in the ledger. */
  readonly caller: string;
  /** Where events of the jobs go. Null: to the webhooks of the project, which cannot tell of a lost call. */
  readonly webhook?: { readonly url: string } | null;
  /** Of the source of that webhook: makes the tag of a job that is ours. */
  readonly ownerKey?: string | null;
  /** A call takes no longer. @default 30000 */
  readonly callTimeoutMs?: number;
  /**
   * After that a call which is not answered has made its job, or never will. Well above `callTimeoutMs`: a
   * request may be worked on after its connection is gone. @default 60000
   */
  readonly settleMs?: number;
  /** How often an unanswered call is looked for until then. @default 5000 */
  readonly lookEveryMs?: number;
  /** Pages of a hundred batches that are looked through. @default 10 */
  readonly listPages?: number;
  /** Rows of a batch that are longer go into a file; the API takes 20 MB with a call. @default 4 MiB */
  readonly inlineBytes?: number;
  readonly onStray?: (stray: Stray) => void;
  readonly now?: () => number;
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  /** Random, 16 to 128 of letters, digits, `-` and `_`. */
  readonly newId?: () => string;
}
