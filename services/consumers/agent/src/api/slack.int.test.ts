import { createPostgresApprovals } from '@gemini-events/approvals';
import { BridgeError } from '@gemini-events/events';
import { listen } from '@gemini-events/http-api';
import { signSlack } from '@gemini-events/slack/signature';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { ApiParts } from './parts.ts';
import { type ApiBed, makeApiBed, SIGNING_SECRET } from './testing/api-bed.ts';

const MINUTE = 60_000;
const URL_OF_CLICK = 'https://hooks.slack.com/actions/T/1/x';
const FORM = 'application/x-www-form-urlencoded';

let bed: ApiBed;

beforeAll(async () => {
  bed = await makeApiBed(inject('stack').databaseUrl);
});
beforeEach(async () => {
  await bed.clear();
  bed.pass(10 * MINUTE);
  for (const list of [bed.responded, bed.refused, bed.faults]) list.length = 0;
});
afterAll(() => bed?.drop());

interface Click {
  readonly id: string;
  readonly user: string;
  readonly choice: string;
}

function bodyOf({ id, user, choice }: Click, more: object = {}): string {
  const payload = {
    type: 'block_actions',
    user: { id: user, username: 'anna' },
    channel: { id: 'C1' },
    response_url: URL_OF_CLICK,
    actions: [
      {
        type: 'button',
        action_id: `choice:${choice}`,
        block_id: id,
        value: id,
        action_ts: '1700000000.000100',
      },
    ],
    ...more,
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** A request that Slack has signed at the time of the bed, unless something else is said. */
function signed(body: string | Buffer, { at = bed.now(), secret = SIGNING_SECRET } = {}) {
  const timestamp = String(Math.floor(at / 1_000));
  return {
    body,
    headers: {
      'content-type': FORM,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signSlack(secret, timestamp, Buffer.from(body)),
    } as Readonly<Record<string, string>>,
  };
}

const post = ({ body, headers }: ReturnType<typeof signed>, to = bed.app) =>
  bed.request('/slack/actions', { method: 'POST', headers, body }, to);
const click = (given: Click) => post(signed(bodyOf(given)));
const approvalOf = (id: string) => createPostgresApprovals(bed.pool).find(id);
const logOf = async (id: string) => {
  const log = await createPostgresApprovals(bed.pool).log(id);
  return log.map(({ actor, outcome, via }) => ({ actor, outcome, via }));
};

describe('a click', () => {
  it('decides in the name of its user, and the message becomes what was decided', async () => {
    const id = await bed.makeApproval({ approvers: ['slack:U1'] });
    const { status, body } = await click({ id, user: 'U1', choice: 'approve' });
    expect([status, body]).toEqual([200, null]);
    expect(await approvalOf(id)).toMatchObject({
      state: 'approved',
      actor: 'slack:U1',
      via: 'slack',
    });
    expect(bed.responded).toEqual([
      {
        url: URL_OF_CLICK,
        body: {
          replace_original: true,
          text: expect.stringMatching(/Send 120 letters\?.*Approve.*<@U1>/),
          blocks: expect.any(Array),
        },
      },
    ]);
    expect(JSON.stringify(bed.responded)).not.toContain('"actions"');
  });

  it('that comes too late is heard, and who clicked is told who decided', async () => {
    const id = await bed.makeApproval();
    await click({ id, user: 'U1', choice: 'reject' });
    bed.responded.length = 0;
    const { status } = await click({ id, user: 'U2', choice: 'approve' });
    expect(status).toBe(200);
    expect(await approvalOf(id)).toMatchObject({ state: 'rejected', actor: 'slack:U1' });
    expect(bed.responded.map(({ body }) => body)).toEqual([
      expect.objectContaining({ replace_original: true }),
      {
        response_type: 'ephemeral',
        replace_original: false,
        text: expect.stringMatching(/^Too late\. .*Reject.*<@U1>/),
      },
    ]);
  });

  it('after the time is over is told what counts then', async () => {
    const past = Date.now() - 1_000;
    const id = await bed.makeApproval({ expiresAt: past, defaultChoice: 'reject' });
    expect((await click({ id, user: 'U1', choice: 'approve' })).status).toBe(200);
    expect(bed.responded).toMatchObject([
      { body: { replace_original: true, text: expect.stringContaining('*Reject* counts') } },
      { body: { response_type: 'ephemeral', text: expect.stringMatching(/^Too late/) } },
    ]);
    expect(await approvalOf(id)).toMatchObject({ state: 'requested', choice: null });
  });

  it('of somebody who may not decide changes nothing, and only he is told', async () => {
    const id = await bed.makeApproval({ approvers: ['slack:U1'] });
    expect((await click({ id, user: 'U2', choice: 'approve' })).status).toBe(200);
    expect(await approvalOf(id)).toMatchObject({ state: 'requested', actor: null });
    expect(bed.responded).toMatchObject([
      { body: { response_type: 'ephemeral', replace_original: false } },
    ]);
    expect((await logOf(id)).at(-1)).toEqual({
      actor: 'slack:U2',
      outcome: 'not_allowed',
      via: 'slack',
    });
  });

  it('on what is not known, or for no choice that there is, changes nothing', async () => {
    const id = await bed.makeApproval();
    const before = await bed.dump();
    for (const given of [
      { id: 'ap_unknown', user: 'U1', choice: 'approve' },
      { id, user: 'U1', choice: 'maybe' },
    ]) {
      expect((await click(given)).status).toBe(200);
    }
    expect(await bed.dump()).toEqual(before);
    expect(bed.responded).toMatchObject([
      { body: { response_type: 'ephemeral' } },
      { body: { response_type: 'ephemeral' } },
    ]);
  });

  it('on a button that is none of ours is heard, and nothing more', async () => {
    const id = await bed.makeApproval();
    const given = { id, user: 'U1', choice: 'approve' };
    const before = await bed.dump();
    const others = [
      bodyOf(given, { type: 'view_submission' }),
      bodyOf(given, { actions: [{ type: 'button', action_id: 'open', block_id: 'b', value: id }] }),
      new URLSearchParams({ payload: '{"no":"json' }).toString(),
    ];
    for (const body of others) expect((await post(signed(body))).status).toBe(200);
    expect([await bed.dump(), bed.responded]).toEqual([before, []]);
  });

  it('is answered before Slack has taken what follows, and also where it never does', async () => {
    const told: unknown[] = [];
    const failure = new BridgeError('ERR_HTTP_UNAVAILABLE', 'away');
    const { promise, reject } = Promise.withResolvers<void>();
    const app = bed.makeApp({
      slack: { ...bed.parts.slack, respond: () => promise },
      onFault: (error) => void told.push(error),
    });
    const id = await bed.makeApproval();
    const { status } = await post(signed(bodyOf({ id, user: 'U1', choice: 'approve' })), app);
    expect([status, told]).toEqual([200, []]);
    reject(failure);
    await expect.poll(() => told).toEqual([failure]);
    expect(await approvalOf(id)).toMatchObject({ state: 'approved' });
  });

  it('that cannot be decided now is no success', async () => {
    const approvals: ApiParts['approvals'] = {
      ...bed.parts.approvals,
      decide: () => Promise.reject(new BridgeError('ERR_POSTGRES_UNAVAILABLE', 'away')),
    };
    const body = bodyOf({ id: 'ap_1', user: 'U1', choice: 'approve' });
    expect((await post(signed(body), bed.makeApp({ approvals }))).status).toBe(503);
    expect(bed.responded).toEqual([]);
  });
});

describe('a click that comes again', () => {
  it('within five minutes is answered as before, and written once', async () => {
    const id = await bed.makeApproval();
    const request = signed(bodyOf({ id, user: 'U1', choice: 'approve' }));
    await post(request);
    const decided = await approvalOf(id);
    const [first] = bed.responded;
    bed.pass(5 * MINUTE - 2_000);
    const before = await bed.dump();
    expect((await post(request)).status).toBe(200);
    expect(await approvalOf(id)).toEqual(decided);
    expect(await logOf(id)).toHaveLength(2);
    expect(await bed.dump()).toEqual(before);
    expect(bed.responded[1]).toEqual(first);
  });

  it('after six minutes is refused', async () => {
    const id = await bed.makeApproval();
    const request = signed(bodyOf({ id, user: 'U1', choice: 'approve' }));
    bed.pass(6 * MINUTE);
    const before = await bed.dump();
    expect((await post(request)).status).toBe(401);
    expect([bed.refused, await bed.dump()]).toEqual([['stale'], before]);
  });
});

describe('a request that is not from Slack', () => {
  it('is refused with one answer for every reason, and changes nothing', async () => {
    const id = await bed.makeApproval();
    const given = { id, user: 'U1', choice: 'approve' };
    const good = signed(bodyOf(given));
    const { 'x-slack-signature': signature = '', ...unsigned } = good.headers;
    const { 'x-slack-request-timestamp': _, ...undated } = good.headers;
    const before = await bed.dump();
    const cases: readonly (readonly [string, ReturnType<typeof signed>])[] = [
      ['malformed', { ...good, headers: unsigned }],
      ['malformed', { ...good, headers: undated }],
      ['malformed', { ...good, headers: { ...good.headers, 'x-slack-signature': 'v0=x' } }],
      ['stale', signed(good.body, { at: bed.now() - 6 * MINUTE })],
      ['stale', signed(good.body, { at: bed.now() + 6 * MINUTE })],
      ['wrong', signed(good.body, { secret: 'made up' })],
      ['wrong', { ...good, body: bodyOf({ ...given, choice: 'reject' }) }],
      ['wrong', { ...good, body: `${String(good.body)}&x=1` }],
      [
        'wrong',
        {
          ...good,
          headers: {
            ...good.headers,
            'x-slack-signature': signature.replace(/.$/, signature.endsWith('0') ? '1' : '0'),
          },
        },
      ],
      // Whatever it says that it is.
      [
        'wrong',
        {
          ...signed('{}', { secret: 'x' }),
          headers: { ...signed('{}', { secret: 'x' }).headers, 'content-type': 'application/json' },
        },
      ],
    ];
    const answers = new Set<string>();
    for (const [, request] of cases) {
      const { status, body, headers } = await post(request);
      expect([status, body]).toMatchObject([401, { code: 'not_from_slack' }]);
      answers.add(JSON.stringify([body, ...headers]));
    }
    expect(answers.size).toBe(1);
    expect(bed.refused).toEqual(cases.map(([reason]) => reason));
    expect([await bed.dump(), bed.responded, bed.faults]).toEqual([before, [], []]);
  });

  it('too often is told to slow down, and Slack itself still gets through', async () => {
    const id = await bed.makeApproval();
    const request = signed(bodyOf({ id, user: 'U1', choice: 'approve' }));
    const forged = { ...request, body: 'payload=1' };
    const statuses: number[] = [];
    for (let count = 0; count < 101; count += 1) statuses.push((await post(forged)).status);
    expect(statuses.slice(0, 100).every((status) => status === 401)).toBe(true);
    const limited = await post(forged);
    expect([statuses[100], limited.status]).toEqual([429, 429]);
    expect(limited.headers.get('retry-after')).toBe('1');
    expect((await post(request)).status).toBe(200);
    bed.pass(1_000);
    expect((await post(forged)).status).toBe(401);
  });

  it('is refused before its content is looked at, which Slack’s own is not', async () => {
    const body = Buffer.from([0xff, 0xfe, 0x00]);
    expect((await post(signed(body))).body).toMatchObject({
      status: 400,
      faults: [{ in: 'body', at: 'payload' }],
    });
    expect((await post(signed(body, { secret: 'x' }))).status).toBe(401);
  });
});

describe('a body', () => {
  it('that is signed and no form is refused', async () => {
    const id = await bed.makeApproval();
    const request = signed(bodyOf({ id, user: 'U1', choice: 'approve' }));
    for (const type of ['application/json', 'text/plain', `${FORM}x`, 'multipart/form-data']) {
      const headers = { ...request.headers, 'content-type': type };
      const { status, body } = await post({ ...request, headers });
      expect([type, status, body]).toMatchObject([type, 415, { code: 'no_form' }]);
    }
    const headers = { ...request.headers, 'content-type': `${FORM}; charset=utf-8` };
    expect((await post({ ...request, headers })).status).toBe(200);
  });

  it('of more than 64 KiB is refused, also where its length is not told', async () => {
    const id = await bed.makeApproval();
    const fill = (size: number) => {
      const body = bodyOf({ id, user: 'U1', choice: 'approve' });
      return `${body}&x=${'x'.repeat(size - body.length - 3)}`;
    };
    const withLength = (request: ReturnType<typeof signed>) => ({
      ...request,
      headers: { ...request.headers, 'content-length': String(request.body.length) },
    });
    const large = signed(fill(65_537));
    for (const request of [large, withLength(large)]) {
      const { status, headers } = await post(request);
      expect([status, headers.get('connection')]).toEqual([413, 'close']);
    }
    expect((await post(withLength(signed(fill(65_536))))).status).toBe(200);
  });
});

describe('the path for Slack', () => {
  it('takes Slack’s documented example', async () => {
    const documented = {
      body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
      headers: {
        'content-type': FORM,
        'x-slack-request-timestamp': '1531420618',
        'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
      },
    };
    // It is a command and no click: what is missing is the payload, and not the signature.
    const app = bed.makeApp({ now: () => 1_531_420_618_000 });
    expect((await post(documented, app)).body).toMatchObject({
      code: 'invalid_request',
      faults: [{ at: 'payload' }],
    });
    const changed = { ...documented, body: documented.body.replace('roadrunner', 'coyote') };
    expect((await post(changed, app)).status).toBe(401);
  });

  it('takes two secrets during a rotation', async () => {
    const slack = { ...bed.parts.slack, secrets: ['new', SIGNING_SECRET] };
    const app = bed.makeApp({ slack });
    for (const secret of ['new', SIGNING_SECRET]) {
      const id = await bed.makeApproval();
      const request = signed(bodyOf({ id, user: 'U1', choice: 'approve' }), { secret });
      expect((await post(request, app)).status).toBe(200);
    }
    expect((await post(signed('payload=1', { secret: 'new' }))).status).toBe(401);
  });

  it('is not there without a signing secret', async () => {
    const app = bed.makeApp({ slack: { ...bed.parts.slack, secrets: [] } });
    const id = await bed.makeApproval();
    const body = bodyOf({ id, user: 'U1', choice: 'approve' });
    for (const secret of [SIGNING_SECRET, '']) {
      expect((await post(signed(body, { secret }), app)).status).toBe(404);
    }
    expect(await approvalOf(id)).toMatchObject({ state: 'requested' });
  });

  it('takes the bytes as they come over the wire', async () => {
    const server = await listen(bed.app, { host: '127.0.0.1', port: 0, portSetting: 'NONE' });
    const url = `http://127.0.0.1:${server.port}/slack/actions`;
    const send = async ({ body, headers }: ReturnType<typeof signed>) => {
      const { status } = await fetch(url, { method: 'POST', headers, body });
      return status;
    };
    try {
      const id = await bed.makeApproval();
      // Text that is not ASCII, and encoded as no library would.
      const body = `${bodyOf({ id, user: 'U1', choice: 'approve' })}&%78=%zz+ä`;
      expect(await send(signed(body.replace('ä', 'a')))).toBe(200);
      expect(await send(signed(Buffer.from(body, 'latin1')))).toBe(200);
      expect(await send({ ...signed(body), body: body.replace('+', '%20') })).toBe(401);
      expect(await send(signed('x'.repeat(65_537)))).toBe(413);
      expect(await approvalOf(id)).toMatchObject({ state: 'approved', actor: 'slack:U1' });
    } finally {
      await server.close();
    }
  });

  it('takes POST alone', async () => {
    const { status, headers } = await bed.request('/slack/actions', { method: 'GET' });
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });
});
