import type { KeyObject } from 'node:crypto';
import {
  createV1Verifier,
  type JwksCache,
  type KeySet,
  mayBeJwt,
  mayBeV1a,
  verifyJwt,
  verifyV1a,
} from '@gemini-events/webhooks';
import type { FailureBudget } from './failure-budget.ts';
import {
  type Candidate,
  PROJECT,
  type Proof,
  SIGNATURE_WRONG,
  type Source,
  type Verification,
} from './source.ts';
import { type TokenMemory, tokenDigest } from './token-memory.ts';
import type { WaitingRoom } from './waiting-room.ts';

const GOOGLE: Verification = { proof: { scheme: 'v1a', trust: 'unproven' } };
const TOO_MANY: Verification = { refused: 'too_many_failures' };
const NO_KEYS: Verification = { unavailable: 'keys' };
const OVERLOAD: Verification = { unavailable: 'overload' };

/** Clocks differ: a token is remembered a little longer than it is valid. */
const TOKEN_GRACE_SECONDS = 120;

/**
 * A source for deliveries that Google signs with keys of its own (`webhook_config` of a job). Secrets
 * that it has as well are checked first and always: a right HMAC is never turned away for what others
 * sent from the same address.
 */
export function dynamicSource(options: {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly secrets: readonly KeyObject[];
  readonly schemes: ReadonlySet<'v1a' | 'jwt'>;
  /** Set where `jwt` is among the schemes. */
  readonly audience: string | null;
  readonly ownerKey: string | null;
  readonly jwks: Pick<JwksCache, 'current' | 'renewed'>;
  readonly budget: FailureBudget;
  readonly tokens: TokenMemory;
  readonly room: WaitingRoom;
}): Source {
  const { schemes, audience, jwks, budget, tokens, room } = options;
  const verifyV1 = createV1Verifier(options.secrets);
  let preferred: KeyObject | undefined;

  /** The key that verified last comes first: one check instead of three for nearly every delivery. */
  const inOrder = ({ ed25519 }: KeySet): readonly KeyObject[] =>
    preferred !== undefined && ed25519.includes(preferred)
      ? [preferred, ...ed25519.filter((key) => key !== preferred)]
      : ed25519;

  const isSignedBy = (set: KeySet, { headers, rawBody }: Candidate): boolean => {
    const { id: webhookId, timestamp, signature } = headers;
    const key = verifyV1a(inOrder(set), { webhookId, timestamp, rawBody }, signature);
    if (key !== null) preferred = key;
    return key !== null;
  };

  const checkToken = async (
    set: KeySet,
    candidate: Candidate,
    audience: string,
  ): Promise<Verification> => {
    const { headers, rawBody, nowSeconds } = candidate;
    const token = headers.signature;
    const check = (keys: KeySet) => verifyJwt(keys.rsa, token, { audience, nowSeconds });
    let verdict = await check(set);
    if (!verdict.ok && verdict.reason === 'unknown_key') {
      const newer = await jwks.renewed(set);
      if (newer !== null) verdict = await check(newer);
    }
    if (!verdict.ok) return SIGNATURE_WRONG;
    const until = verdict.expiresAt + TOKEN_GRACE_SECONDS;
    const proof: Proof = {
      scheme: 'jwt',
      trust: 'unproven',
      signature: `sha256,${tokenDigest(token)}`,
      isUnbound: true,
    };
    return tokens.fits(token, rawBody, until, nowSeconds)
      ? { proof }
      : { proof: { ...proof, quarantine: 'token_reused' } };
  };

  const checkNewKeys = async (set: KeySet, candidate: Candidate): Promise<Verification> => {
    const newer = await jwks.renewed(set);
    return newer !== null && isSignedBy(newer, candidate) ? GOOGLE : SIGNATURE_WRONG;
  };

  return {
    name: options.name,
    labels: options.labels,
    isDynamic: true,
    ownerKey: options.ownerKey,
    verify(candidate) {
      const { headers, rawBody, address } = candidate;
      const { id: webhookId, timestamp, signature } = headers;
      if (verifyV1({ webhookId, timestamp, rawBody }, signature)) return PROJECT;
      const isV1a = schemes.has('v1a') && mayBeV1a(signature);
      const isToken = !isV1a && audience !== null && schemes.has('jwt') && mayBeJwt(signature);
      if (!isV1a && !isToken) return SIGNATURE_WRONG;
      const set = jwks.current();
      if (set === null) return NO_KEYS;
      if (!budget.take(address)) return TOO_MANY;
      if (!isToken && isSignedBy(set, candidate)) {
        budget.giveBack(address);
        return GOOGLE;
      }
      const check = isToken
        ? () => checkToken(set, candidate, audience)
        : () => checkNewKeys(set, candidate);
      const checked = room.hold(rawBody.length, check);
      if (checked === null) return OVERLOAD;
      return checked.then((verification) => {
        if ('proof' in verification) budget.giveBack(address);
        return verification;
      });
    },
  };
}
