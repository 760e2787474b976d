import { describe, expect, it } from 'vitest';
import { signSlack } from './sign-slack.ts';
import { verifySlack } from './verify-slack.ts';

/** The example of Slack's documentation, "Verifying requests from Slack". */
const DOCUMENTED = {
  secrets: ['8f742231b10e8888abcd99yyyzzz85a5'],
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  body: Buffer.from(
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  ),
  nowMs: 1_531_420_618_000,
};
const MINUTE = 60_000;

const refused = (reason: string) => ({ ok: false, reason });
const verdict = (changed: Partial<typeof DOCUMENTED>) => verifySlack({ ...DOCUMENTED, ...changed });

describe('a request', () => {
  it('is genuine as Slack documents it', () => {
    expect(verdict({})).toEqual({ ok: true });
  });

  it('is genuine for five minutes both ways, and not for longer', () => {
    const { nowMs } = DOCUMENTED;
    for (const sign of [-1, 1]) {
      expect(verdict({ nowMs: nowMs + sign * 5 * MINUTE })).toEqual({ ok: true });
      expect(verdict({ nowMs: nowMs + sign * (5 * MINUTE + 1) })).toEqual(refused('stale'));
    }
  });

  it('is genuine by any of several secrets', () => {
    const [secret = ''] = DOCUMENTED.secrets;
    expect(verdict({ secrets: ['new', secret] })).toEqual({ ok: true });
    expect(verdict({ secrets: [secret, 'new'] })).toEqual({ ok: true });
  });

  it('is genuine with a body that is not ASCII, or no text at all', () => {
    for (const body of [Buffer.from('payload=é😀'), Buffer.from([0, 0xff, 0xfe]), Buffer.of()]) {
      const signature = signSlack('geheim-ä', DOCUMENTED.timestamp, body);
      expect(verdict({ secrets: ['geheim-ä'], body, signature })).toEqual({ ok: true });
      expect(verdict({ secrets: ['geheim-a'], body, signature })).toEqual(refused('wrong'));
    }
  });

  it('is wrong once any byte of it is another one', () => {
    const { body, nowMs } = DOCUMENTED;
    for (const at of [0, 100, body.length - 1]) {
      const changed = Buffer.from(body);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(verdict({ body: changed })).toEqual(refused('wrong'));
    }
    expect(verdict({ body: Buffer.concat([body, Buffer.from('\n')]) })).toEqual(refused('wrong'));
    const timestamp = String(nowMs / 1_000 + 1);
    expect(verdict({ timestamp })).toEqual(refused('wrong'));
  });

  it('is wrong with a signature that somebody made up, or with a secret of another app', () => {
    const { timestamp, body } = DOCUMENTED;
    const signature = `v0=${'a'.repeat(64)}`;
    expect(verdict({ signature })).toEqual(refused('wrong'));
    expect(verdict({ signature: signSlack('other', timestamp, body) })).toEqual(refused('wrong'));
    expect(verdict({ secrets: [] })).toEqual(refused('wrong'));
  });

  it('is wrong with an empty secret, which anybody could sign with', () => {
    const signature = signSlack('', DOCUMENTED.timestamp, DOCUMENTED.body);
    expect(verdict({ secrets: [''], signature })).toEqual(refused('wrong'));
  });

  it('that is sent again later is stale', () => {
    expect(verdict({ nowMs: DOCUMENTED.nowMs + 60 * MINUTE })).toEqual(refused('stale'));
  });

  const digest = DOCUMENTED.signature.slice(3);
  it.each([
    ['no timestamp', { timestamp: '' }],
    ['a timestamp with a sign', { timestamp: '+1531420618' }],
    ['a timestamp with something behind it', { timestamp: '1531420618\n' }],
    ['a timestamp in words', { timestamp: 'NaN' }],
    ['no signature', { signature: '' }],
    ['another version', { signature: `v1=${digest}` }],
    ['no version', { signature: digest }],
    ['a version in capitals', { signature: `V0=${digest}` }],
    ['a digest in capitals', { signature: `v0=${digest.toUpperCase()}` }],
    ['a digest that is cut', { signature: `v0=${digest.slice(1)}` }],
    ['a digest that is longer', { signature: `v0=${digest}0` }],
    ['signs that are not ASCII', { signature: `v0=${digest.slice(1)}é` }],
  ])('is malformed with %s', (_, changed) => {
    expect(verdict(changed)).toEqual(refused('malformed'));
  });
});
