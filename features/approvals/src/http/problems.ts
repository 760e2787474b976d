import { defineProblems } from '@gemini-events/http-api';

/** Every kind of problem that routes of approvals answer beside those of every API. */
export const approvalProblems = defineProblems(
  {
    not_from_slack: [401, 'The request is not signed by Slack, or was not just now'],
    not_allowed: [403, 'Somebody else has to decide'],
    approval_closed: [409, 'There is nothing to decide any more'],
    no_form: [415, 'The body has to be a form'],
    no_such_choice: [422, 'The approval has no such choice'],
  },
  {
    state: 'Of `approval_closed`: how it ended.',
    choice: 'Of `approval_closed`: what was chosen, where something was.',
    decided_by: 'Of `approval_closed`: who decided, where somebody did.',
    decided_at: 'Of `approval_closed`: when it was decided, expired or cancelled.',
  },
);
export const { problem, problems } = approvalProblems;
