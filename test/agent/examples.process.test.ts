import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type AgentBed, makeAgentBed } from './bed.ts';

const script = (turns: readonly object[]): string => `simulate: ${JSON.stringify({ turns })}`;
const SOON = { timeout: 30_000, interval: 50 };

describe('the worked examples, the whole way from the webhook on', () => {
  let bed: AgentBed;
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gemini-events-agent-'));
    bed = await makeAgentBed(inject('stack'), { dir });
    await bed.startAgent('agent-1');
  }, 120_000);
  afterAll(async () => {
    await bed?.close();
    await rm(dir, { recursive: true, force: true });
  });

  const created = async (...given: Parameters<AgentBed['launchJob']>): Promise<string> => {
    const launched = await bed.launchJob(...given);
    if (launched.kind !== 'created') throw new Error('it was not created');
    return launched.id;
  };
  const openApproval = (runId: string) =>
    vi.waitFor(async () => {
      const [approval] = await bed.approvals.list({ runId, state: 'requested', limit: 1 });
      if (approval === undefined) throw new Error('nobody asks');
      return approval;
    }, SOON);

  it.each(['static', 'dynamic'] as const)(
    'orders: looks up, asks above the limit, and answers all calls at once (%s webhook)',
    async (by) => {
      const order: Parameters<AgentBed['launchJob']>[0] = {
        key: `orders-${by}`,
        route: 'orders',
        request: {
          kind: 'interaction',
          model: 'gemini-3.8-flash',
          input: script([
            {
              calls: [
                { name: 'get_order', arguments: { order_id: 'B42' } },
                { name: 'refund_order', arguments: { order_id: 'B42', amount: 250 } },
              ],
            },
            { calls: [{ name: 'get_order', arguments: { order_id: 'A17' } }] },
            { text: 'The order B42 was paid back.' },
          ]),
          tools: [
            { type: 'function', name: 'get_order' },
            { type: 'function', name: 'refund_order' },
          ],
        },
      };
      const id = await created(order, by);
      const { id: runId } = await bed.untilRun(id, 'waiting');
      const approval = await openApproval(runId);
      expect(approval.title).toBe('Refund more than 100 euros?');
      const decided = await bed.json<{ kind: string }>(
        'approvals',
        'decide',
        approval.id,
        'approve',
      );
      expect(JSON.stringify(decided)).toContain('approve');
      const run = await bed.untilRun(id, 'done');
      expect(JSON.parse(run.outcome ?? '')).toEqual({
        status: 'completed',
        answer: 'The order B42 was paid back.',
      });
      // Each turn was continued once, and what belongs to the run began no other one.
      const calls = await bed.launches.list({ runId, limit: 10 });
      expect(calls.map(({ calls: count, state }) => [count, state])).toEqual([
        [1, 'created'],
        [1, 'created'],
      ]);
      for (const { resourceId } of calls) {
        expect(await bed.runs.list({ resourceId: resourceId ?? '', limit: 5 })).toEqual([]);
      }
    },
  );

  it('research: a report, an approval, a batch over its findings, a summary to Slack', async () => {
    await bed.startBeside('results');
    const id = await created({
      key: 'research-1',
      route: 'research',
      request: {
        kind: 'interaction',
        agent: 'deep-research-preview-04-2026',
        input: script([{ text: 'Report\n- Water is wet\n- Fire is hot' }]),
      },
    });
    const { id: runId } = await bed.untilRun(id, 'waiting');
    const approval = await openApproval(runId);
    expect(JSON.parse(approval.evidence)).toMatchObject({
      findings: ['Water is wet', 'Fire is hot'],
    });
    await bed.json('approvals', 'decide', approval.id, 'approve', '--reason', 'go on');
    const run = await bed.untilRun(id, 'done', 60_000);
    expect(JSON.parse(run.outcome ?? '')).toMatchObject({ findings: 2, told: 2 });
    const { rows } = await bed.db.query<{ body: string; lane: string }>(
      `select m.body, d.lane from gemini_events.notify_messages m
       join gemini_events.notify_deliveries d on d.message = m.id where m.rule = 'workflow research-report'`,
    );
    expect(rows.map(({ lane }) => lane)).toEqual(['slack:reports']);
    expect(rows[0]?.body).toContain('2 of 2 findings');
  });

  it('shows a run’s time line on the command line', async () => {
    const [run] = await bed.runs.list({ workflow: 'research-report', limit: 1 });
    const listed = await bed.json<readonly { id: string }[]>('runs', 'ls', '--workflow', 'orders');
    expect(JSON.stringify(listed)).toContain('orders/');
    const shown = await bed.json<object>('runs', 'show', run?.id ?? '');
    expect(JSON.stringify(shown)).toContain('launch findings');
  });
});
