export { OWNER_NAME } from './owner-name.ts';
export {
  AGENT_SCOPES,
  CUSTOMER_SCOPES,
  isOperatorScope,
  OPERATOR_SCOPES,
  TOKEN_SCOPES,
  type TokenScope,
} from './scopes.ts';
export { type ApiTokens, createPostgresApiTokens, type NewApiToken } from './store/api-tokens.ts';
