import type { ApiAudit } from '../audit/create-auditor.ts';
import type { ApiTokens } from '../store/api-tokens.ts';

/** What the routes of tokens work with. */
export interface TokenApiParts {
  readonly tokens: Pick<ApiTokens, 'create' | 'list' | 'revoke'>;
  /** Called before each change; where it throws, nothing is changed. */
  readonly audit: (entry: ApiAudit) => Promise<void>;
}
