import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { defineWorkflow } from '../definition/define-workflow.ts';
import { approvalTopic } from '../steps/ask-approval.ts';
import {
  interactionEvent,
  LETTER,
  openTestEngine,
  type TestEngine,
} from '../testing/test-engine.ts';
import { newestOf } from './create-engine.ts';

const SOON = { timeout: 15_000, interval: 20 };

const versioned = (version: number) =>
  defineWorkflow({
    name: 'versioned',
    version,
    on: ['interaction.requires_action'],
    async run(_, { approval, step }) {
      const { approved } = await approval('go-on', { title: 'Go on?' });
      return step(`end of ${version}`, async () => ({ version, approved }));
    },
  });
const [one, two] = [versioned(1), versioned(2)];

/** Whether the change of `changing` is deployed. */
let isChanged = false;
const changing = defineWorkflow({
  name: 'changing',
  on: ['interaction.requires_action'],
  async run(_, { approval, patched, step }) {
    const before = await step('before', async () => 'before');
    const how = isChanged && (await patched('new-way')) ? 'new' : 'old';
    const between = await step(`the ${how} way`, async () => how);
    await approval('go-on', { title: 'Go on?' });
    return [before, between];
  },
});

describe('versions of a workflow', () => {
  let bed: TestEngine;

  beforeAll(async () => {
    bed = await openTestEngine(inject('stack').databaseUrl, [one, two, changing]);
  });
  afterAll(() => bed?.close());

  const start = (workflow: typeof one, id: string) =>
    bed.engine.start(workflow, interactionEvent(id), { job: null, letter: LETTER });
  const inState = (runId: string, state: string) =>
    vi.waitFor(async () => {
      const run = await bed.parts.runs.find(runId);
      expect(run?.state).toBe(state);
      return run;
    }, SOON);
  /** Lets a run go on that asks. @returns what it came to */
  const approve = async (runId: string): Promise<unknown> => {
    await inState(runId, 'waiting');
    const [approval] = await bed.approvals.list({ runId, limit: 1 });
    const id = approval?.id ?? '';
    await bed.approvals.decide({ id, choice: 'approve', actor: 'cli:a', via: 'cli', reason: null });
    await bed.engine.wake(runId, approvalTopic(id), '1');
    return JSON.parse((await inState(runId, 'done'))?.outcome ?? '');
  };

  it('new runs begin with the highest, those of an older one end on its code', async () => {
    expect(newestOf([two, one])).toEqual([two]);
    const old = await start(one, 'int-1');
    await inState(old.runId, 'waiting');
    const fresh = await start(two, 'int-2');
    expect(await approve(fresh.runId)).toEqual({ version: 2, approved: true });
    expect(await approve(old.runId)).toEqual({ version: 1, approved: true });
    expect(await bed.parts.runs.find(old.runId)).toMatchObject({ version: 1 });
  });

  it('an event that comes again after a new version was deployed begins nothing', async () => {
    const begun = await start(one, 'int-3');
    await inState(begun.runId, 'waiting');
    expect(await start(two, 'int-3')).toEqual({ runId: begun.runId, isNew: false });
    expect(await approve(begun.runId)).toEqual({ version: 1, approved: true });
    expect(await start(two, 'int-3')).toEqual({ runId: begun.runId, isNew: false });
    expect(await bed.parts.runs.find(begun.runId)).toMatchObject({ version: 1, state: 'done' });
  });

  it('a change within one is for runs that had not come there: the others go the old way', async () => {
    const begun = await start(changing, 'int-4');
    await inState(begun.runId, 'waiting');
    await bed.engine.cancel(begun.runId);
    isChanged = true;
    // It is called again from its beginning, as after a deployment.
    await bed.engine.redrive(begun.runId);
    const fresh = await start(changing, 'int-5');
    expect(await approve(fresh.runId)).toEqual(['before', 'new']);
    // Its approval was cancelled with it; the agent would tell it so.
    const [approval] = await bed.approvals.list({ runId: begun.runId, limit: 1 });
    await bed.engine.wake(begun.runId, approvalTopic(approval?.id ?? ''), '1');
    const outcome = (await inState(begun.runId, 'done'))?.outcome ?? '';
    expect(JSON.parse(outcome)).toEqual(['before', 'old']);
  });
});
