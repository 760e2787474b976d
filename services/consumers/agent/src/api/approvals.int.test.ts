import { createPostgresApprovals } from '@gemini-events/approvals';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type ApiBed, makeApiBed } from './testing/api-bed.ts';

let bed: ApiBed;
let token: string;
let tokenId: string;

beforeAll(async () => {
  bed = await makeApiBed(inject('stack').databaseUrl);
});
beforeEach(async () => {
  await bed.clear();
  ({ token, id: tokenId } = await bed.makeToken());
});
afterAll(() => bed?.drop());

const decide = (id: string, choice: string, more: object = {}, by = token) =>
  bed.call(by, 'POST', `/v1/approvals/${id}/decision`, { choice, ...more });
const logOf = async (id: string) => {
  const { body } = await bed.call(token, 'GET', `/v1/approvals/${id}`);
  return (body as { log: Record<string, unknown>[] }).log;
};

describe('a decision', () => {
  it('is taken, and is there with who took it and why', async () => {
    const id = await bed.makeApproval();
    const { status, body } = await decide(id, 'approve', { reason: 'looked\nat it' });
    expect([status, body]).toMatchObject([
      200,
      {
        id,
        state: 'approved',
        choice: 'approve',
        actor: `token/${tokenId}`,
        via: 'api',
        reason: 'looked\nat it',
        run_id: 'orders/main/batch.succeeded/batches/b1',
      },
    ]);
    const shown = await bed.call(token, 'GET', `/v1/approvals/${id}`);
    expect(shown.body).toMatchObject(body as object);
    expect(await logOf(id)).toMatchObject([
      { action: 'request', via: 'run', outcome: 'taken' },
      { action: 'decide', via: 'api', actor: `token/${tokenId}`, outcome: 'taken' },
    ]);
  });

  it('may be rejection', async () => {
    const { body } = await decide(await bed.makeApproval(), 'reject');
    expect(body).toMatchObject({ state: 'rejected', choice: 'reject', reason: null });
  });

  it('that comes twice from one token is answered as the first, and written once', async () => {
    const id = await bed.makeApproval();
    const first = await decide(id, 'approve', { reason: 'one' });
    const again = await decide(id, 'approve', { reason: 'other' });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await logOf(id)).toHaveLength(2);
  });

  it('of two at once counts once, and the other is told who was first', async () => {
    const other = await bed.makeToken();
    const by = new Map([
      ['approve', tokenId],
      ['reject', other.id],
    ]);
    for (let round = 0; round < 10; round += 1) {
      const id = await bed.makeApproval();
      const answers = await Promise.all([
        decide(id, 'approve'),
        decide(id, 'reject', {}, other.token),
      ]);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
      const won = answers.find(({ status }) => status === 200)?.body as Record<string, string>;
      const lost = answers.find(({ status }) => status === 409)?.body;
      expect(won['actor']).toBe(`token/${by.get(won['choice'] ?? '')}`);
      expect(lost).toMatchObject({
        code: 'approval_closed',
        state: won['state'],
        choice: won['choice'],
        decided_by: won['actor'],
        decided_at: won['decided_at'],
      });
      const outcomes = (await logOf(id)).map(({ outcome }) => outcome);
      expect(outcomes).toEqual(['taken', 'taken', 'too_late']);
    }
  });

  it('after the time is over is too late, also while nobody has noted that', async () => {
    const over = { requestedAt: Date.now() - 2_000, expiresAt: Date.now() - 1_000 };
    const id = await bed.makeApproval({ ...over, defaultChoice: 'reject' });
    const early = await decide(id, 'approve');
    expect([early.status, early.body]).toMatchObject([
      409,
      {
        code: 'approval_closed',
        state: 'expired',
        choice: 'reject',
        decided_at: new Date(over.expiresAt).toISOString(),
      },
    ]);
    expect(early.body).not.toHaveProperty('decided_by');
    await createPostgresApprovals(bed.pool).expire(id);
    const late = await decide(id, 'approve');
    expect([late.status, late.body]).toMatchObject([409, { state: 'expired', choice: 'reject' }]);
    const shown = await bed.call(token, 'GET', `/v1/approvals/${id}`);
    expect(shown.body).toMatchObject({ state: 'expired', via: 'expiry', actor: null });
  });

  it('of somebody who is no approver changes nothing and is written down', async () => {
    const id = await bed.makeApproval({ approvers: ['slack:U1', `token/${'0'.repeat(16)}`] });
    const { status, body } = await decide(id, 'approve', { on_behalf_of: 'slack:U1' });
    expect([status, body]).toMatchObject([403, { code: 'not_allowed' }]);
    // Who may not decide is not told what could be chosen.
    expect((await decide(id, 'none')).status).toBe(403);
    const shown = await bed.call(token, 'GET', `/v1/approvals/${id}`);
    expect(shown.body).toMatchObject({
      state: 'requested',
      actor: null,
      approvers: ['slack:U1', expect.anything()],
    });
    expect(await logOf(id)).toMatchObject([{}, { outcome: 'not_allowed' }, {}]);
  });

  it('of a token among the approvers is taken', async () => {
    const id = await bed.makeApproval({ approvers: [`token/${tokenId}`] });
    expect((await decide(id, 'approve')).status).toBe(200);
  });

  it('for somebody is the token’s, with that name in its reason', async () => {
    const id = await bed.makeApproval();
    const { body } = await decide(id, 'approve', {
      on_behalf_of: 'anna@example.com',
      reason: 'ok',
    });
    expect(body).toMatchObject({
      actor: `token/${tokenId}`,
      reason: 'on behalf of anna@example.com: ok',
    });
    const { body: bare } = await decide(await bed.makeApproval(), 'approve', {
      on_behalf_of: 'anna',
    });
    expect(bare).toMatchObject({ reason: 'on behalf of anna' });
    for (const name of ['', 'anna: yes', '<@U1>', 'a\nb', 'ä']) {
      const { status } = await decide(id, 'approve', { on_behalf_of: name });
      expect([name, status]).toEqual([name, 400]);
    }
  });

  it('for what cannot be chosen names what can', async () => {
    const id = await bed.makeApproval();
    const { status, body } = await decide(id, 'maybe');
    expect([status, body]).toMatchObject([
      422,
      { code: 'no_such_choice', detail: 'It has approve, reject.' },
    ]);
    expect(await logOf(id)).toHaveLength(1);
  });

  it('has a choice and nothing that is not known', async () => {
    const path = `/v1/approvals/${await bed.makeApproval()}/decision`;
    for (const body of [{}, { choice: 1 }, { choice: 'approve', actor: 'slack:U1' }, [], null]) {
      expect((await bed.call(token, 'POST', path, body)).status).toBe(400);
    }
  });
});

describe('the list of approvals', () => {
  it('has all of them once, the newest first, page by page', async () => {
    const made: string[] = [];
    // Two at a time are of the same moment.
    for (let at = 0; at < 7; at += 1) {
      made.push(await bed.makeApproval({ requestedAt: 1_700_000_000_000 + (at >> 1) }));
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await bed.call(token, 'GET', `/v1/approvals?limit=2${more}`);
      const page = body as { data: { id: string }[]; next: string | null };
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.next;
    }
    expect(seen).toEqual(made.toReversed());
  });

  it('is of one state and one run where these are named', async () => {
    const open = await bed.makeApproval();
    const closed = await bed.makeApproval({ runId: 'a/b' });
    await decide(closed, 'approve');
    const idsOf = async (query: string) => {
      const { body } = await bed.call(token, 'GET', `/v1/approvals?${query}`);
      return (body as { data: { id: string }[] }).data.map(({ id }) => id);
    };
    expect(await idsOf('state=requested')).toEqual([open]);
    expect(await idsOf('state=approved')).toEqual([closed]);
    expect(await idsOf('run=a%2Fb')).toEqual([closed]);
    expect(await idsOf('run=%00')).toEqual([]);
    expect((await bed.call(token, 'GET', '/v1/approvals?state=open')).status).toBe(400);
  });
});
