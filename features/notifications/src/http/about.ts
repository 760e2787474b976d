import { CUSTOMER_SCOPES, isOperatorScope, OPERATOR_SCOPES } from '@gemini-events/access';
import type { ApiAbout } from '@gemini-events/http-api';
import { notificationProblems } from './problems.ts';

/** What the document says first. */
export const ABOUT: ApiAbout = {
  title: 'gemini-events notifier',
  version: '1.0.0',
  description: `Where customers say what they want to be told of, and see what was sent.

Every request needs a token: \`Authorization: Bearer gne_…\`. A token is good for the endpoints of one owner,
and for what its scopes name. Whatever belongs to somebody else is answered as if it did not exist.`,
  scopes: { customers: CUSTOMER_SCOPES, operators: OPERATOR_SCOPES.filter(isOperatorScope) },
  problems: [notificationProblems],
};
