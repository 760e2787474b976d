import { plain } from '@gemini-events/cli-kit';
import { BridgeError } from '@gemini-events/events';
import type { DecisionAnswer, NewDecision } from '../approval.ts';
import { judgeDecision } from '../judge-decision.ts';
import type { Approvals } from '../store/approvals.ts';
import { sayOutcome } from './render-approvals.ts';

/** What a decision would come to now, by our clock; nothing is written. */
export async function foresee(
  approvals: Pick<Approvals, 'find'>,
  decision: NewDecision,
): Promise<DecisionAnswer> {
  const approval = await approvals.find(decision.id);
  if (approval === null) return { kind: 'unknown' };
  const verdict = judgeDecision(approval, decision, Date.now());
  switch (verdict.kind) {
    case 'take':
    case 'repeat':
      return { kind: 'taken', approval, isRepeat: verdict.kind === 'repeat' };
    case 'too_late':
      return { kind: 'too_late', approval };
    case 'not_allowed':
      return { kind: 'not_allowed' };
    case 'no_choice':
      return { kind: 'no_choice', choices: approval.choices };
  }
}

/** Why a decision does not count; null: it does. */
export function refusalOf(
  { id, choice, actor }: Pick<NewDecision, 'id' | 'choice' | 'actor'>,
  answer: DecisionAnswer,
): BridgeError | null {
  switch (answer.kind) {
    case 'taken':
      return null;
    case 'too_late':
      return refusal('ERR_APPROVAL_CLOSED', `${id} is ${sayOutcome(answer.approval)}`);
    case 'not_allowed':
      return refusal(
        'ERR_APPROVAL_NOT_ALLOWED',
        `${actor} is not among those who may decide ${id}`,
      );
    case 'no_choice': {
      const names = answer.choices.map(({ name }) => name).join(', ');
      return refusal('ERR_APPROVAL_CHOICE', `${id} has no choice ${choice}, but: ${names}`);
    }
    case 'unknown':
      return refusal('ERR_APPROVAL_UNKNOWN', `there is no approval ${id}`);
  }
}

function refusal(
  code:
    | 'ERR_APPROVAL_CLOSED'
    | 'ERR_APPROVAL_NOT_ALLOWED'
    | 'ERR_APPROVAL_CHOICE'
    | 'ERR_APPROVAL_UNKNOWN',
  message: string,
): BridgeError {
  return new BridgeError(code, plain(message));
}
