import { securedBy } from '@gemini-events/http-api';
import { isOperatorScope } from '../scopes.ts';

/** What a route asks of a token. Its scopes stand in the document as well. */
export const secured = securedBy(isOperatorScope);
