import type { ApiAudit } from '@gemini-events/access/audit';
import type { Engine } from '../engine/create-engine.ts';
import type { RunJournal } from '../store/run-journal.ts';
import type { Runs } from '../store/runs.ts';

/** What the routes of runs work with. */
export interface RunApiParts {
  readonly runs: Pick<Runs, 'find' | 'list'>;
  readonly journal: Pick<RunJournal, 'of'>;
  readonly engine: Pick<Engine, 'cancel' | 'redrive'>;
  /** Called before each change of a run; where it throws, nothing is changed. */
  readonly audit: (entry: ApiAudit) => Promise<void>;
}
