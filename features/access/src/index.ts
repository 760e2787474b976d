export { OWNER_NAME } from './owner-name.ts';
export {
  AGENT_SCOPES,
  type ApiToken,
  type ApiTokens,
  CUSTOMER_SCOPES,
  createPostgresApiTokens,
  idOfToken,
  isOperatorScope,
  type NewApiToken,
  OPERATOR_SCOPES,
  TOKEN_SCOPES,
  type TokenScope,
} from './store/api-tokens.ts';
