import { isBridgeError } from '@gemini-events/events';
import type { Launches } from '../store/launches.ts';

/** With waits of a half, one, one and a half, two seconds between them. */
const ATTEMPTS = 5;
const WAIT_MS = 500;

type Wait = (ms: number) => Promise<unknown>;

/** What a launch asks of the ledger; false answers may also mean that the first try had its effect. */
type PatientLaunches = Omit<Launches, 'list' | 'ofResource' | 'prune'>;

/**
 * Repeats what fails because Postgres is away, a few times: what a call has cost should be written down.
 * Not ended by a signal, since that does not undo the call.
 */
export function withPatience(launches: Launches, wait: Wait): PatientLaunches {
  return {
    begin: (launch) => patiently(() => launches.begin(launch), wait),
    created: (key, caller, id) => patiently(() => launches.created(key, caller, id), wait),
    refused: (key, caller, error) => patiently(() => launches.refused(key, caller, error), wait),
    adopt: (key, id) => patiently(() => launches.adopt(key, id), wait),
    again: (key, caller, now) => patiently(() => launches.again(key, caller, now), wait),
    announced: (key) => patiently(() => launches.announced(key), wait),
    find: (key) => patiently(() => launches.find(key), wait),
  };
}

async function patiently<Result>(work: () => Promise<Result>, wait: Wait): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isBridgeError(error, 'ERR_POSTGRES_UNAVAILABLE')) throw error;
      await wait(attempt * WAIT_MS);
    }
  }
}
