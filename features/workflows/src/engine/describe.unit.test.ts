import { describe, expect, it } from 'vitest';
import { cleanText, describeValue } from './describe.ts';

describe('a value in a time line', () => {
  it.each<[string, unknown, string | null]>([
    ['nothing', undefined, null],
    ['what JSON leaves out', () => 5, null],
    ['null', null, 'null'],
    ['a text', 'a "b"', '"a \\"b\\""'],
    ['plain data', { a: [1, true, null] }, '{"a":[1,true,null]}'],
    ['a number that JSON has no word for', { a: 12n }, '{"a":"12"}'],
    ['a time', new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ])('is JSON: %s', (_, value, text) => {
    expect(describeValue(value)).toBe(text);
  });

  it('is left out where it cannot be JSON', () => {
    const round: Record<string, unknown> = { password: 'hunter2' };
    round['self'] = round;
    expect(describeValue(round)).toBe('"[not shown: no JSON]"');
  });

  it('is cut where it is long', () => {
    const text = describeValue('x'.repeat(10_000)) ?? '';
    expect(text).toHaveLength(4_097);
    expect(text.endsWith('x…')).toBe(true);
  });

  it('has no secret in the part that a cut would split', () => {
    const text = describeValue(`${'x'.repeat(4_080)} whsec_${'A'.repeat(60)}`);
    expect(text).not.toContain('whsec_');
  });

  it.each([
    'password',
    'accessToken',
    'Authorization',
    'api_key',
    'x-api-key',
    'apiKey',
    'clientSecret',
    'set-cookie',
    'private_key',
    'signature',
    'credentials',
  ])('says nothing of what is called %s', (name) => {
    expect(describeValue({ a: { [name]: 'hunter2' } })).toBe(`{"a":{"${name}":"[redacted]"}}`);
    expect(describeValue({ [name]: 17 })).toBe(`{"${name}":"[redacted]"}`);
  });

  it.each([
    [{ secret: { value: 'hunter2' } }],
    [{ cookies: ['session=hunter2'] }],
    [{ credentials: [{ user: 'anna', pin: 4711 }] }],
  ])('says nothing of what stands under such a name: %j', (value) => {
    expect(describeValue(value)).not.toMatch(/hunter2|4711|anna/);
  });

  it('stays JSON where it hides something', () => {
    const value = { header: 'Bearer abc', next: 'shown' };
    expect(JSON.parse(describeValue(value) ?? '')).toEqual({ header: '[redacted]', next: 'shown' });
  });

  it('knows a secret across what JSON writes otherwise', () => {
    expect(describeValue('Bearer\tabcdef')).toBe('"[redacted]"');
  });

  it('counts tokens of a model', () => {
    expect(describeValue({ total_tokens: 5, inputTokens: 3 })).toBe(
      '{"total_tokens":5,"inputTokens":3}',
    );
  });

  it.each([
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'gne_0123456789abcdef_abcDEF-_123',
    'xoxb-123-456-abcdef',
    `AIza${'b'.repeat(35)}`,
    `AQ.${'c'.repeat(30)}`,
    'Bearer eyJhbGciOi.J9.x_y',
  ])('knows the form of %s', (secret) => {
    expect(describeValue([`before ${secret} after`])).toBe('["before [redacted] after"]');
    expect(cleanText(`before ${secret} after`)).toBe('before [redacted] after');
  });

  it('has no private key in it', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\n';
    expect(describeValue({ text: key })).not.toContain('MIIEvQ');
    expect(cleanText(key)).not.toContain('MIIEvQ');
  });

  it('has no private key with headers in it', () => {
    const key =
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIEvQ\n-----END RSA PRIVATE KEY-----';
    expect(describeValue(key)).not.toContain('MIIEvQ');
  });
});
