import { plain, renderColumns, timeText } from '@gemini-events/cli-kit';
import type { ApiToken } from '../store/api-tokens.ts';

const HEAD = 'id owner state scopes created expires used name'.split(' ');

/** @param now milliseconds since 1970: what has expired by then is told */
export function renderTokens(tokens: readonly ApiToken[], now: number): string {
  if (tokens.length === 0) return 'no tokens';
  const rows = tokens.map((token) => [
    token.id,
    token.owner ?? '(operator)',
    stateOf(token, now),
    token.scopes.join(','),
    timeText(token.createdAt),
    timeText(token.expiresAt),
    timeText(token.lastUsedAt),
    plain(token.name),
  ]);
  return renderColumns([HEAD, ...rows], new Set());
}

function stateOf({ revokedAt, expiresAt }: ApiToken, now: number): string {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'valid';
}
