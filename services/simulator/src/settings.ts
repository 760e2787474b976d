import type { KeyObject } from 'node:crypto';
import type { BackoffLimits } from './deliveries/backoff.ts';
import type { CancelledEvents } from './deliveries/fire-events.ts';
import type { UserMetadataPlace } from './events/event-body.ts';
import type { Shares } from './shares.ts';

/** How a simulator behaves. */
export interface Settings {
  readonly seed: number;
  /** Null: any key that is not empty. */
  readonly apiKey: string | null;
  /** A webhook that is registered from the start. */
  readonly webhook: {
    readonly uri: string;
    readonly secret: string;
    readonly key: KeyObject;
  } | null;
  readonly shares: Shares;
  readonly minDurationMs: number;
  readonly maxDurationMs: number;
  readonly outputBytes: number;
  readonly maxJobs: number;
  /** Bytes of uploaded files that are remembered; the oldest are forgotten. */
  readonly uploadBytes: number;
  /** How long a document of a File Search store is pending. */
  readonly indexingMs: number;
  readonly connections: number;
  readonly timeoutMs: number;
  readonly retry: BackoffLimits & { readonly giveUpAfterMs: number };
  readonly userMetadataPlace: UserMetadataPlace;
  readonly cancelledEvents: CancelledEvents;
  /** Webhooks that are registered over the API may name hosts beyond this machine. */
  readonly allowsRemote: boolean;
  /** Origin of the URIs in events and resources; null: the simulator's own. */
  readonly pointerOrigin: string | null;
}
