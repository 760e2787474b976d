import { describe, expect, it } from 'vitest';
import { checkHeaders } from './check-headers.ts';
import { parseSecret } from './parse-secret.ts';
import { signV1 } from './sign.ts';
import { partsOf, vectors } from './testing/vectors.ts';
import { createV1Verifier } from './verify-v1.ts';

function keyOf(secret: string) {
  const parsed = parseSecret(secret);
  if (!parsed.ok) throw new Error(parsed.fault);
  return parsed.key;
}

describe('signed deliveries of the shared vectors', () => {
  const verify = createV1Verifier(vectors.secrets.map(keyOf));
  const cases = vectors.cases.filter(({ source }) => source === 'static');

  it.each(cases)('$name: $expect', (vector) => {
    const { headers, content } = partsOf(vector);
    const genuine =
      checkHeaders(headers, vector.now) === null && verify(content, headers.signature);
    expect(genuine ? 'accepted' : 'rejected').toBe(vector.expect);
  });
});

describe('published vectors', () => {
  it.each([
    [
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      '1614265330',
      '{"test": 2432232314}',
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    ],
    [
      'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
      'msg_test_0002',
      '1777896000',
      '{"type":"x.y","data":{"id":"é😀"}}',
      'v1,sqdnn91IjeP5W+G0qYfrDFs+S9bmpmb2u2hYYXSFjz8=',
    ],
    [
      'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
      'msg_test_0003',
      '1777896000',
      '',
      'v1,PpD/cPQCm25eVIuasJTmbaalseAL8sLZLXK3K+xaVmQ=',
    ],
  ])('%s signs %s as published', (secret, webhookId, timestamp, body, signature) => {
    expect(signV1(keyOf(secret), { webhookId, timestamp, rawBody: Buffer.from(body) })).toBe(
      signature,
    );
  });
});

describe('a secret', () => {
  it.each([
    ['v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'version'],
    ['"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"', 'quotes'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n', 'white space'],
    ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_'],
    ['whsec_not-base64-at-all!not-base64-at-all!', 'base64'],
    ['whsec_c2hvcnQ=', '5 bytes'],
  ])('is refused with the reason and never repeated: %s', (text, reason) => {
    const parsed = parseSecret(text);
    expect(parsed.ok).toBe(false);
    const fault = parsed.ok ? '' : parsed.fault;
    expect(fault).toContain(reason);
    expect(fault).not.toContain(text.replace(/^.*whsec_/, '').slice(0, 8));
  });

  it('may come without padding', () => {
    const padded = parseSecret('whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=');
    const bare = parseSecret('whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8');
    expect(padded.ok && bare.ok && padded.key.equals(bare.key)).toBe(true);
  });
});
