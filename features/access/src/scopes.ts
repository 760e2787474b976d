/** What a token of a customer may be good for, at the API of the notifier. */
export const CUSTOMER_SCOPES = [
  'endpoints:read',
  'endpoints:write',
  'deliveries:read',
  'deliveries:write',
] as const;
/** And one of an operator, there. */
export const OPERATOR_SCOPES = [
  ...CUSTOMER_SCOPES,
  'rules:read',
  'rules:write',
  'tokens:write',
] as const;
/** What one of an operator may be good for at the API of the agent. */
export const AGENT_SCOPES = [
  'approvals:read',
  'approvals:decide',
  'runs:read',
  'runs:write',
] as const;
/** All that a token may be good for. */
export const TOKEN_SCOPES = [...OPERATOR_SCOPES, ...AGENT_SCOPES] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** Whether operators alone may have it. */
export function isOperatorScope(scope: TokenScope): boolean {
  return !CUSTOMER_SCOPES.some((each) => each === scope);
}
