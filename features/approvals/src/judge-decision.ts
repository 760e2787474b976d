import type { Approval, NewDecision } from './approval.ts';

export type Verdict =
  | { readonly kind: 'take'; readonly state: 'approved' | 'rejected' }
  | { readonly kind: 'repeat' | 'too_late' | 'not_allowed' | 'no_choice' };

/**
 * What a decision comes to. Whoever may not decide learns nothing else, not even that it is too late; and
 * a repeat counts as what it repeats, also after the time is over: Slack sends a click again when our
 * answer was lost.
 * @param now milliseconds since 1970, by the clock that `expiresAt` is of
 */
export function judgeDecision(
  approval: Pick<Approval, 'choices' | 'approvers' | 'state' | 'choice' | 'actor' | 'expiresAt'>,
  decision: Pick<NewDecision, 'choice' | 'actor'>,
  now: number,
): Verdict {
  const { choices, approvers, state, expiresAt } = approval;
  if (approvers !== null && !approvers.includes(decision.actor)) return { kind: 'not_allowed' };
  const chosen = choices.find(({ name }) => name === decision.choice);
  if (chosen === undefined) return { kind: 'no_choice' };
  if (state !== 'requested') {
    const isRepeat = approval.actor === decision.actor && approval.choice === decision.choice;
    return { kind: isRepeat ? 'repeat' : 'too_late' };
  }
  if (now >= expiresAt) return { kind: 'too_late' };
  return { kind: 'take', state: chosen.approves ? 'approved' : 'rejected' };
}
