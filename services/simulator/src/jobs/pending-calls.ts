import type { FunctionCall } from '../scripts/turns.ts';
import type { Job } from './job.ts';

export interface PendingCall extends FunctionCall {
  /** What a `function_result` names as `call_id`. */
  readonly id: string;
}

/** The function calls that an interaction waits for; none where it does not wait. */
export function pendingCalls({ name, state, request }: Job): PendingCall[] {
  if (request.kind !== 'interaction' || state !== 'requires_action') return [];
  return request.calls.map((call, index) => ({ ...call, id: `fc_${name}_${index + 1}` }));
}
