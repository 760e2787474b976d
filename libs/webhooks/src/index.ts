export { checkHeaders, type HeaderFault, TOLERANCE_SECONDS } from './check-headers.ts';
export { type ParsedSecret, parseSecret } from './parse-secret.ts';
export { type SignedContent, signV1, v1Digest } from './sign.ts';
export { createV1Verifier } from './verify-v1.ts';
