import type { DecisionAnswer } from '../approval.ts';
import { decidedMessage } from '../slack/approval-message.ts';
import { closedApproval } from './closed-approval.ts';

/** A post to the `response_url` of a click. */
type SlackAnswer =
  /** In place of the message with the buttons. */
  | { readonly replace_original: true; readonly text: string; readonly blocks: readonly object[] }
  /** Beside it, shown to the one who clicked. */
  | {
      readonly response_type: 'ephemeral';
      readonly replace_original: false;
      readonly text: string;
    };

/** What people are told after a click. */
export function slackAnswers(answer: DecisionAnswer): readonly SlackAnswer[] {
  switch (answer.kind) {
    case 'taken':
      return [{ replace_original: true, ...decidedMessage(answer.approval) }];
    case 'too_late': {
      const message = decidedMessage(closedApproval(answer.approval));
      return [{ replace_original: true, ...message }, whisper(`Too late. ${message.text}`)];
    }
    case 'not_allowed':
      return [whisper('You are none of those who may decide this. Nothing was changed.')];
    case 'no_choice':
      return [whisper('There is no such choice. Nothing was changed.')];
    case 'unknown':
      return [whisper('This is not known any more. Nothing was changed.')];
  }
}

function whisper(text: string): SlackAnswer {
  return { response_type: 'ephemeral', replace_original: false, text };
}
