import { defineProblems } from '@gemini-events/http-api';

/** Every kind of problem that routes of runs answer beside those of every API. */
export const runProblems = defineProblems(
  { run_state: [409, 'The run is in a state that does not allow it'] },
  { state: 'Of `run_state`: what the run is.' },
);
export const { problem, problems } = runProblems;
