export { checkHeaders, type HeaderFault, TOLERANCE_SECONDS } from './check-headers.ts';
export { fetchDocument } from './jwks/fetch-document.ts';
export {
  createJwksCache,
  type JwksCache,
  type JwksEvents,
  type JwksShelf,
} from './jwks/jwks-cache.ts';
export type { KeySet } from './jwks/read-key-set.ts';
export { hasOwnerTag, makeOwnerTag, OWNER_TAG_FIELD } from './owner-tag.ts';
export { parseSecret } from './parse-secret.ts';
export { type SignedContent, signV1 } from './sign.ts';
export { signToken } from './sign-token.ts';
export { signV1a } from './sign-v1a.ts';
export { type JwtVerdict, mayBeJwt, verifyJwt } from './verify-jwt.ts';
export { createV1Verifier } from './verify-v1.ts';
export { mayBeV1a, verifyV1a } from './verify-v1a.ts';
