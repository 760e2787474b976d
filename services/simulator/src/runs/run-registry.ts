import { randomId } from '../util/ids.ts';
import { Tally } from './tally.ts';

const RUN_ID_LENGTH = 10;

export interface Run {
  readonly id: string;
  readonly seed: number;
  readonly tally: Tally;
}

/** Runs of this process, and one more, `api`, for the jobs that were created over the API. */
export class RunRegistry {
  readonly api: Run;
  readonly #runs = new Map<string, Run>();

  constructor(seed: number) {
    this.api = { id: 'api', seed, tally: new Tally() };
    this.api.tally.allStarted();
    this.#runs.set(this.api.id, this.api);
  }

  add(seed: number): Run {
    const run = { id: randomId(RUN_ID_LENGTH), seed, tally: new Tally() };
    this.#runs.set(run.id, run);
    return run;
  }

  get(id: string): Run | null {
    return this.#runs.get(id) ?? null;
  }
}
