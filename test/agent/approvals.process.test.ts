import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Approval } from '@gemini-events/approvals';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { ServiceProcess } from '../kit/service.ts';
import { type AgentBed, makeAgentBed, SIGNING_SECRET } from './bed.ts';

const WORKFLOWS = fileURLToPath(new URL('fixture/workflows.ts', import.meta.url));
const SOON = { timeout: 60_000, interval: 50 };

/** As Slack signs what it sends. */
function signed(body: string, { at = Date.now(), secret = SIGNING_SECRET } = {}) {
  const timestamp = String(Math.floor(at / 1_000));
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { body, timestamp, signature: `v0=${digest}` };
}

function click(id: string, choice: string, user = 'U1'): string {
  const button = {
    type: 'button',
    action_id: `choice:${choice}`,
    block_id: id,
    value: id,
    action_ts: '1700000000.000100',
  };
  const payload = { type: 'block_actions', user: { id: user }, actions: [button] };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

describe('approvals of an agent that runs', () => {
  let bed: AgentBed;
  let dir: string;
  let agent: ServiceProcess;
  let count = 0;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gemini-events-approvals-'));
    bed = await makeAgentBed(inject('stack'), {
      dir,
      workflows: WORKFLOWS,
      agent: { FIXTURE_DIR: dir },
    });
    agent = await bed.startAgent('agent-1');
  }, 180_000);
  afterAll(async () => {
    await bed?.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** A run that asks. */
  const ask = async (
    labels: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly job: string; readonly runId: string; readonly approval: Approval }> => {
    count += 1;
    const launched = await bed.launchJob({
      key: `asking-${count}`,
      route: 'asking',
      labels,
      request: {
        kind: 'interaction',
        model: 'gemini-3.8-flash',
        input: 'simulate: {"turns":[{"text":"done"}]}',
      },
    });
    if (launched.kind !== 'created') throw new Error('it was not created');
    const { id: runId } = await bed.untilRun(launched.id, 'waiting', 60_000);
    const approval = await vi.waitFor(async () => {
      const [found] = await bed.approvals.list({ runId, limit: 1 });
      if (found === undefined) throw new Error('nobody asks');
      return found;
    }, SOON);
    return { job: launched.id, runId, approval };
  };
  const slack = async ({ body, timestamp, signature }: ReturnType<typeof signed>) => {
    const { status } = await fetch(`${bed.apiUrl()}/slack/actions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signature,
      },
      body,
    });
    return status;
  };
  const outcomeOf = async (job: string): Promise<unknown> =>
    JSON.parse((await bed.untilRun(job, 'done', 60_000)).outcome ?? '');
  const logOf = async (id: string) =>
    (await bed.approvals.log(id)).map(({ action, outcome }) => `${action} ${outcome}`);

  it('of decisions at once, by two ways, one counts for the run, and all are kept', async () => {
    const { job, approval } = await ask();
    const cli = bed.cli('approvals', 'decide', approval.id, 'reject', '--actor', 'anna', '--json');
    const clicks = ['U1', 'U2', 'U3', 'U4'].map((user, at) =>
      slack(signed(click(approval.id, at % 2 === 0 ? 'approve' : 'reject', user))),
    );
    const [code, ...statuses] = await Promise.all([cli.ended, ...clicks]);
    expect(statuses).toEqual([200, 200, 200, 200]);
    const decided = await bed.approvals.find(approval.id);
    expect(code === 0).toBe(decided?.via === 'cli');
    expect(await outcomeOf(job)).toMatchObject({
      approved: decided?.state === 'approved',
      choice: decided?.choice,
      actor: decided?.actor,
    });
    expect((await logOf(approval.id)).filter((line) => line.startsWith('decide'))).toEqual([
      'decide taken',
      ...Array.from({ length: 4 }, () => 'decide too_late'),
    ]);
  });

  it('a decision after the time is over changes nothing, whichever way it comes', async () => {
    const { job, approval } = await ask({ expires: '500', default: 'reject' });
    expect(await outcomeOf(job)).toMatchObject({ approved: false, choice: 'reject', actor: null });
    const cli = bed.cli('approvals', 'decide', approval.id, 'approve');
    expect(await cli.ended).not.toBe(0);
    expect(cli.stderr()).toContain('ERR_APPROVAL_CLOSED');
    expect(await slack(signed(click(approval.id, 'approve')))).toBe(200);
    expect(await bed.approvals.find(approval.id)).toMatchObject({
      state: 'expired',
      choice: 'reject',
    });
    expect(await logOf(approval.id)).toEqual([
      'request taken',
      'expire taken',
      'decide too_late',
      'decide too_late',
    ]);
  });

  it('a click that Slack has not signed decides nothing, nor one that is replayed late', async () => {
    const { job, approval } = await ask();
    const body = click(approval.id, 'approve', 'U2');
    const genuine = signed(body);
    const forged = [
      { ...genuine, signature: `v0=${'0'.repeat(64)}` },
      { ...genuine, signature: '' },
      signed(body, { secret: 'another-secret' }),
      { ...genuine, body: click(approval.id, 'reject', 'U2') },
      { ...genuine, timestamp: String(Number(genuine.timestamp) + 1) },
      signed(body, { at: Date.now() - 310_000 }),
      signed(body, { at: Date.now() + 310_000 }),
    ];
    for (const each of forged) expect(await slack(each)).toBe(401);
    expect(await bed.approvals.find(approval.id)).toMatchObject({ state: 'requested' });
    expect(await logOf(approval.id)).toEqual(['request taken']);

    // In time a repeat is what Slack does by itself: it is heard, and is the same decision.
    expect(await slack(genuine)).toBe(200);
    expect(await slack(genuine)).toBe(200);
    expect(await outcomeOf(job)).toMatchObject({ choice: 'approve', actor: 'slack:U2' });
    expect((await logOf(approval.id)).filter((line) => line === 'decide taken')).toHaveLength(1);
  });

  it('end while no agent runs: the default is taken once, a decision is taken up, by the code of their version', async () => {
    const expiring = await ask({ expires: '8000', default: 'approve' });
    const decided = await ask();
    agent.kill('SIGKILL');
    await agent.exited;
    await bed.json('approvals', 'decide', decided.approval.id, 'approve', '--actor', 'anna');
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(expiring.approval.expiresAt), {
      timeout: 20_000,
      interval: 100,
    });
    expect(await bed.approvals.find(expiring.approval.id)).toMatchObject({ state: 'requested' });

    agent = await bed.startAgent('agent-2', { FIXTURE_VERSION: '2' });
    expect(await outcomeOf(expiring.job)).toEqual({
      version: 1,
      approved: true,
      choice: 'approve',
      actor: null,
    });
    expect(await outcomeOf(decided.job)).toEqual({
      version: 1,
      approved: true,
      choice: 'approve',
      actor: 'cli:anna',
    });
    expect(await logOf(expiring.approval.id)).toEqual(['request taken', 'expire taken']);
    expect(await logOf(decided.approval.id)).toEqual(['request taken', 'decide taken']);

    const fresh = await ask();
    await bed.json('approvals', 'decide', fresh.approval.id, 'reject');
    expect(await outcomeOf(fresh.job)).toMatchObject({ version: 2, approved: false });
  });
});
