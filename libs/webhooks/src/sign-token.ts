import { type KeyObject, sign } from 'node:crypto';

/**
 * A compact RS256 JWT as the Gemini docs show it, made by hand: for simulators and tests, which have to
 * make wrong ones too.
 */
export function signToken(key: KeyObject, claims: object, header: object): string {
  const encode = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'JWT', ...header })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}
