import type { KeyObject } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';

export type JwtVerdict =
  | { readonly ok: true /** Unix seconds. */; readonly expiresAt: number }
  | { readonly ok: false; readonly reason: 'invalid' | 'unknown_key'; readonly kid: string | null };

/** A compact JWT (RFC 7519): three base64url parts; no space, no comma. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const MAX_LENGTH = 8_192;
/** Allowed difference of clocks for `exp` and `nbf`. */
const CLOCK_TOLERANCE_SECONDS = 60;

/** Whether a `webhook-signature` header is a JWT rather than signatures; nothing is computed. */
export function mayBeJwt(signatureHeader: string): boolean {
  return signatureHeader.length <= MAX_LENGTH && COMPACT.test(signatureHeader);
}

/** The `kid` that a token names; null where it names none or is none. Not verified. */
function kidOf(token: string): string | null {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return alg === 'RS256' && typeof kid === 'string' ? kid : null;
  } catch {
    return null;
  }
}

/**
 * Checks an RS256 token as the Gemini docs show it: signature, `aud`, `exp` (required). `none` and
 * HS256 are refused by the one algorithm that is allowed. The token binds neither id nor body.
 * @param rsaKeys by `kid`
 */
export async function verifyJwt(
  rsaKeys: ReadonlyMap<string, KeyObject>,
  token: string,
  options: { readonly audience: string; readonly nowSeconds: number },
): Promise<JwtVerdict> {
  const kid = kidOf(token);
  const key = kid === null ? undefined : rsaKeys.get(kid);
  if (key === undefined) {
    return { ok: false, reason: kid === null ? 'invalid' : 'unknown_key', kid };
  }
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['RS256'],
      audience: options.audience,
      requiredClaims: ['exp', 'aud'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(options.nowSeconds * 1000),
    });
    return { ok: true, expiresAt: payload.exp ?? 0 };
  } catch (error) {
    if (error instanceof errors.JOSEError) return { ok: false, reason: 'invalid', kid };
    throw error;
  }
}
