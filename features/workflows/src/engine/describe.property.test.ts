import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, describeValue } from './describe.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'.split('');
const base64 = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...LETTERS),
    minLength: length,
    maxLength: length,
  });
const SECRET_NAMES = ['password', 'access_token', 'apiKey', 'Authorization', 'client-secret'];
const FORMS = [
  (text: string) => `whsec_${text}`,
  (text: string) => `gne_0123456789abcdef_${text}`,
  (text: string) => `xoxb-${text}`,
  (text: string) => `AIza${text}`,
  (text: string) => `AQ.${text}`,
  (text: string) => `Bearer ${text}`,
];

/** Plain data with one value put somewhere into it. */
const around = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(inner, fc.array(fc.tuple(fc.boolean(), fc.jsonValue({ maxDepth: 1 })), { maxLength: 4 }))
    .map(([value, layers]) =>
      layers.reduce<unknown>(
        (within, [isList, other]) => (isList ? [other, within] : { other, within }),
        value,
      ),
    );

describe('what is shown of a value', () => {
  it('has no secret that stands under a name of one', () => {
    const named = fc.tuple(fc.constantFrom(...SECRET_NAMES), base64(24));
    fc.assert(
      fc.property(
        named.chain(([name, secret]) =>
          around(fc.constant(secret)).chain((inner) =>
            fc.tuple(fc.constant(secret), around(fc.constant({ [name]: inner }))),
          ),
        ),
        ([secret, value]) => {
          expect(describeValue(value) ?? '').not.toContain(secret);
        },
      ),
    );
  });

  it('has no secret of a form that is known, wherever it stands in a text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FORMS),
        base64(40),
        fc.string().filter((text) => !/[\w-]$/.test(text)),
        fc.string(),
        (form, text, before, after) => {
          const told = `${before}${form(text)} ${after}`;
          expect(cleanText(told)).not.toContain(text);
          expect(describeValue({ a: [told] })).not.toContain(text);
        },
      ),
    );
  });

  it('is never longer than what the time line holds', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true }), (value) => {
        expect((describeValue(value) ?? '').length).toBeLessThanOrEqual(4_097);
      }),
    );
  });

  it('is the value itself, where it is short and has nothing to hide', () => {
    const plain = fc.array(fc.integer({ min: 0 }), { maxLength: 50 });
    fc.assert(
      fc.property(plain, (value) => {
        expect(JSON.parse(describeValue(value) ?? '')).toEqual(value);
      }),
    );
  });
});
