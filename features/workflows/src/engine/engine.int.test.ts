import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import { defineTool } from '../definition/define-tool.ts';
import { defineWorkflow } from '../definition/define-workflow.ts';
import { approvalTopic } from '../steps/ask-approval.ts';
import {
  interactionEvent,
  LETTER,
  openTestEngine,
  type TestEngine,
} from '../testing/test-engine.ts';

const SOON = { timeout: 15_000, interval: 20 };

/** What the workflows of this file do, by the run that does it. */
const calls: string[] = [];
let isBroken = true;

const plain = defineWorkflow({
  name: 'plain',
  on: ['interaction.requires_action'],
  async run(event, { step }) {
    const first = await step('first', async () => {
      calls.push(`first ${event.resource_id}`);
      return 2;
    });
    return step('second', async () => first * 21);
  },
});

const failing = defineWorkflow({
  name: 'failing',
  on: ['interaction.requires_action'],
  async run(event, { step }) {
    await step('before', async () => calls.push(`before ${event.resource_id}`));
    await step(
      'breaks',
      async ({ number }) => {
        calls.push(`breaks ${event.resource_id} ${number}`);
        if (isBroken) throw new Error('broken, token=whsec_abcdefgh');
      },
      { attempts: 2, waitMs: 1, input: { password: 'hunter2', plain: 'shown' } },
    );
    return 'mended';
  },
});

const hanging = defineWorkflow({
  name: 'hanging',
  on: ['interaction.requires_action'],
  async run(_, { step }) {
    await step('hangs', () => new Promise<void>(() => undefined), {
      attempts: 2,
      waitMs: 1,
      timeoutMs: 50,
    });
  },
});

const asking = defineWorkflow({
  name: 'asking',
  on: ['interaction.requires_action'],
  run: (_, { approval }) =>
    approval('sure', { title: 'Sure?', evidence: { amount: 5 }, expiresInMs: 60_000 }),
});

const expiring = defineWorkflow({
  name: 'expiring',
  on: ['interaction.requires_action'],
  run: (_, { approval }) =>
    approval('sure', { title: 'Sure?', expiresInMs: 300, defaultChoice: 'reject' }),
});

const wrongTool = defineTool({
  name: 'wrong',
  description: 'gives what it must not',
  input: z.object({}),
  output: z.object({ ok: z.literal(true) }),
  attempts: 2,
  waitMs: 1,
  run: async () => ({ ok: false }) as never,
});

describe('a run', () => {
  let bed: TestEngine;

  beforeAll(async () => {
    bed = await openTestEngine(inject('stack').databaseUrl, [
      plain,
      failing,
      hanging,
      asking,
      expiring,
    ]);
  });
  afterAll(() => bed?.close());

  const start = (workflow: typeof plain, id: string) =>
    bed.engine.start(workflow, interactionEvent(id), { job: null, letter: LETTER });
  const ended = (runId: string, state: string) =>
    vi.waitFor(async () => {
      const run = await bed.parts.runs.find(runId);
      expect(run?.state).toBe(state);
      return run;
    }, SOON);

  it('is begun once for its event, and its steps are done once', async () => {
    const starts = await Promise.all([1, 2, 3].map(() => start(plain, 'int-1')));
    expect(starts.map(({ isNew }) => isNew).filter(Boolean)).toHaveLength(1);
    const { runId } = starts[0] as { runId: string };
    expect(await ended(runId, 'done')).toMatchObject({ outcome: '42', waitsFor: null });
    expect(await start(plain, 'int-1')).toMatchObject({ isNew: false });
    expect(calls.filter((each) => each === 'first int-1')).toHaveLength(1);
    const steps = await bed.parts.journal.of(runId, 100);
    expect(steps.map(({ name, state }) => [name, state])).toEqual([
      ['first', 'done'],
      ['second', 'done'],
    ]);
  });

  it('that fails is a dead letter, and goes on from the step that failed', async () => {
    const { runId } = await start(failing, 'int-2');
    expect(await ended(runId, 'failed')).toMatchObject({
      errorMessage: 'broken, token=[redacted]',
    });
    expect(bed.buried).toContainEqual({
      runId,
      code: 'ERR_UNEXPECTED',
      message: 'broken, token=[redacted]',
      redrives: 0,
    });
    await expect(bed.engine.redrive('none')).rejects.toMatchObject({ code: 'ERR_RUN_UNKNOWN' });
    isBroken = false;
    // The engine writes the end of a run after ours.
    await vi.waitFor(() => bed.engine.redrive(runId), SOON);
    expect(await ended(runId, 'done')).toMatchObject({ outcome: '"mended"', redrives: 1 });
    await expect(bed.engine.redrive(runId)).rejects.toMatchObject({ code: 'ERR_RUN_STATE' });
    expect(calls.filter((each) => each.includes('int-2'))).toEqual([
      'before int-2',
      'breaks int-2 1',
      'breaks int-2 2',
      'breaks int-2 1',
    ]);
    const attempts = await bed.parts.journal.of(runId, 100);
    expect(attempts.filter(({ name }) => name === 'breaks')).toMatchObject([
      { attempt: 1, redrive: 0, state: 'failed' },
      { attempt: 2, redrive: 0, state: 'failed' },
      { attempt: 3, redrive: 1, state: 'done' },
    ]);
    expect(attempts[1]?.input).toBe('{"password":"[redacted]","plain":"shown"}');
    expect(JSON.stringify(attempts)).not.toMatch(/hunter2|whsec_/);
  });

  it('does not wait for a step that hangs', async () => {
    const { runId } = await start(hanging, 'int-3');
    expect(await ended(runId, 'failed')).toMatchObject({ errorCode: 'ERR_STEP_TIMEOUT' });
  });

  it('waits for the first decision', async () => {
    const { runId } = await start(asking, 'int-4');
    const waiting = await ended(runId, 'waiting');
    const [approval] = await bed.approvals.list({ runId, limit: 10 });
    const id = approval?.id ?? '';
    expect(waiting?.waitsFor).toBe(`approval ${id}`);
    const decision = { id, choice: 'approve', actor: 'cli:a', via: 'cli', reason: 'fine' } as const;
    expect(await bed.approvals.decide(decision)).toMatchObject({ kind: 'taken' });
    await bed.engine.wake(runId, approvalTopic(id), '1');
    const outcome = { approved: true, choice: 'approve', actor: 'cli:a', reason: 'fine' };
    expect(JSON.parse((await ended(runId, 'done'))?.outcome ?? '')).toEqual(outcome);
  });

  it('takes the default when nobody decides in time', async () => {
    const { runId } = await start(expiring, 'int-5');
    const outcome = { approved: false, choice: 'reject', actor: null, reason: null };
    expect(JSON.parse((await ended(runId, 'done'))?.outcome ?? '')).toEqual(outcome);
  });

  it('that is cancelled begins nothing more, and can go on', async () => {
    const { runId } = await start(asking, 'int-6');
    await ended(runId, 'waiting');
    await bed.engine.cancel(runId);
    await ended(runId, 'cancelled');
    await expect(bed.engine.cancel(runId)).rejects.toMatchObject({ code: 'ERR_RUN_STATE' });
    await bed.engine.redrive(runId);
    const [approval] = await bed.approvals.list({ runId, limit: 10 });
    const id = approval?.id ?? '';
    await bed.approvals.decide({ id, choice: 'reject', actor: 'cli:a', via: 'cli', reason: null });
    await bed.engine.wake(runId, approvalTopic(id), '1');
    await ended(runId, 'done');
  });

  it('sends a message to nobody where there is no run', async () => {
    await expect(bed.engine.wake('none', 'job/x', '1')).resolves.toBeUndefined();
  });
});

it('a tool that gives what its schema forbids says so', async () => {
  const attempt = { number: 1, signal: new AbortController().signal };
  await expect(wrongTool.call({}, attempt)).rejects.toMatchObject({ code: 'ERR_TOOL_OUTPUT' });
});
