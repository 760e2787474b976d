import { hash } from 'node:crypto';

/** Tokens of one process that are remembered; the oldest are forgotten first. */
const MAX_TOKENS = 50_000;

/**
 * Remembers which body a token came with. A token binds no body: seen again with another one, it was
 * taken from a genuine delivery and put to a made-up one. Best effort, within one process.
 */
export function createTokenMemory() {
  const bodies = new Map<string, { readonly digest: string; readonly until: number }>();
  return {
    /** Whether this token is new, or came with the same body before. */
    fits(token: string, rawBody: Uint8Array, expiresAt: number, nowSeconds: number): boolean {
      const key = tokenDigest(token);
      const digest = hash('sha256', rawBody);
      const known = bodies.get(key);
      if (known !== undefined && known.until >= nowSeconds) return known.digest === digest;
      if (bodies.size >= MAX_TOKENS) {
        const oldest = bodies.keys().next();
        if (oldest.done !== true) bodies.delete(oldest.value);
      }
      bodies.set(key, { digest, until: expiresAt });
      return true;
    },
  };
}

export type TokenMemory = ReturnType<typeof createTokenMemory>;

/** What is kept of a token, which itself is a credential: its SHA-256 as hex. */
export function tokenDigest(token: string): string {
  return hash('sha256', token);
}
