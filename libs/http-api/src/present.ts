import { baseProblem } from './problems/api-problem.ts';

/**
 * What was looked up or changed, unless there is none or somebody removed it meanwhile.
 * @throws ApiProblem not_found
 */
export function present<Value>(value: Value | null): Value {
  if (value === null) throw baseProblem('not_found');
  return value;
}
