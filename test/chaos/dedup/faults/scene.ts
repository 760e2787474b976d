import type { Cluster } from '@gemini-events/kafka/cluster';
import type { EmbeddedKafka } from '@gemini-events/stack';
import type { Random } from '../../random.ts';
import type { Fleet } from '../fleet.ts';
import type { CommitProxy } from '../proxy/proxy.ts';

/** What a fault can reach. */
export interface Scene {
  readonly fleet: Fleet;
  readonly kafka: EmbeddedKafka;
  /** Past the proxy. */
  readonly cluster: Cluster;
  readonly proxy: CommitProxy;
  readonly random: Random;
}

/** What was done. */
export interface Struck {
  readonly text: string;
  /** A process was killed while its transaction was open. */
  readonly isInside?: boolean;
  /** A commit or its answer was held back. */
  readonly isHeld?: boolean;
  /** A promise that was seen broken on the spot. */
  readonly broken?: string;
}
