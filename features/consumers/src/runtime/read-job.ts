import { isBridgeError } from '@gemini-events/events';
import type { OriginalRecord } from '../dead-letters/dead-letter.ts';
import { type AnyEvent, eventIn } from '../definition/event.ts';
import type { Parked } from '../store/parking/parking.ts';
import type { Job } from './job.ts';
import { persist } from './persist.ts';
import type { Runtime } from './ports.ts';

const NOTHING = Buffer.alloc(0);

/**
 * Decodes a record; waits where the registry is away.
 * @throws LetGo
 */
export async function readJob(
  runtime: Runtime,
  record: OriginalRecord,
  options: {
    readonly parked: Parked | null;
    readonly settle: () => void;
    readonly letGo: AbortSignal;
  },
): Promise<Job> {
  const { clock, events } = runtime;
  const event = await persist(() => decode(runtime, record), {
    clock,
    signal: options.letGo,
    onFailure: (error) => events.blocked('registry', error),
  });
  const { parked, settle } = options;
  const key = record.key === null ? '' : record.key.toString();
  return { record, key, event, parked, takenAt: clock.now(), settle };
}

/** Null where the value is not one of our events, and never will be. */
async function decode({ decode }: Runtime, { value }: OriginalRecord): Promise<AnyEvent | null> {
  try {
    return eventIn(await decode(value ?? NOTHING));
  } catch (error) {
    if (isBridgeError(error, 'ERR_SCHEMA_UNKNOWN')) return null;
    throw error;
  }
}
