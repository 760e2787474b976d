import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkHeaders } from './check-headers.ts';
import { parseSecret } from './parse-secret.ts';
import { signV1 } from './sign.ts';
import { createV1Verifier } from './verify-v1.ts';

interface Vectors {
  readonly secrets: readonly string[];
  readonly cases: readonly {
    readonly name: string;
    readonly source: string;
    readonly expect: 'accepted' | 'rejected';
    readonly now: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body_base64: string;
  }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../test/vectors/deliveries.json', import.meta.url), 'utf8'),
) as Vectors;

function keyOf(secret: string) {
  const parsed = parseSecret(secret);
  if (!parsed.ok) throw new Error(parsed.fault);
  return parsed.key;
}

describe('signed deliveries of the shared vectors', () => {
  const verify = createV1Verifier(vectors.secrets.map(keyOf));
  const cases = vectors.cases.filter(({ source }) => source === 'static');

  it.each(cases)('$name: $expect', (vector) => {
    const lower = Object.fromEntries(
      Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const headers = {
      webhookId: lower['webhook-id'] ?? '',
      timestamp: lower['webhook-timestamp'] ?? '',
      signature: lower['webhook-signature'] ?? '',
    };
    const content = { ...headers, rawBody: Buffer.from(vector.body_base64, 'base64') };
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
