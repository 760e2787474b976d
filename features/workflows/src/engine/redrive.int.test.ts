import { BridgeError } from '@gemini-events/events';
import { createLauncher, fixedBudget, type Launcher } from '@gemini-events/launches/launcher';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import { defineTool } from '../definition/define-tool.ts';
import { defineWorkflow } from '../definition/define-workflow.ts';
import { jobTopic } from '../steps/until-job.ts';
import {
  interactionEvent,
  LETTER,
  openTestEngine,
  type TestEngine,
} from '../testing/test-engine.ts';

const SOON = { timeout: 15_000, interval: 20 };
const ON = ['interaction.requires_action'] as const;

/** What is in order again. */
const mended = new Set<string>();
const called: string[] = [];
/** Statuses of interactions; `away` is none that could be read. */
const statuses = new Map<string, string>();
let looks = 0;

const tool = (name: string, whenItFails: 'fail' | 'tell' = 'fail') =>
  defineTool({
    name,
    description: `does ${name}`,
    input: z.object({}),
    output: z.string(),
    attempts: 1,
    whenItFails,
    async run() {
      called.push(name);
      if (!mended.has(name)) throw new Error(`${name} is away`);
      return name;
    },
  });

/** Its first tool is told to be away; then its own code throws until it is mended. */
const telling = defineWorkflow({
  name: 'telling',
  on: ON,
  async run(event, { gemini }) {
    const asked = await gemini.readInteraction(event.resource_id);
    const next = await gemini.answerCalls(asked, { tools: [tool('told', 'tell')] });
    if (!mended.has('code')) throw new Error('a mistake of the code');
    return next;
  },
});
const parallel = defineWorkflow({
  name: 'parallel',
  on: ON,
  async run(event, { gemini }) {
    const asked = await gemini.readInteraction(event.resource_id);
    return gemini.answerCalls(asked, { tools: [tool('left'), tool('right')] });
  },
});
const patient = defineWorkflow({
  name: 'patient',
  on: ON,
  async run(event, { gemini }) {
    const { status } = await gemini.untilInteraction(`job-of-${event.resource_id}`, {
      withinMs: 400,
      lookEveryMs: { first: 100, longest: 100 },
    });
    return status;
  },
});
/** Looks so seldom that only an event can wake it. */
const woken = defineWorkflow({
  name: 'woken',
  on: ON,
  async run(event, { gemini }) {
    const { status } = await gemini.untilInteraction(`job-of-${event.resource_id}`, {
      lookEveryMs: { first: 600_000, longest: 600_000 },
    });
    return status;
  },
});

describe('a run that is redriven', () => {
  let bed: TestEngine;
  let launcher: Launcher;

  beforeAll(async () => {
    const workflows = [telling, parallel, patient, woken];
    bed = await openTestEngine(inject('stack').databaseUrl, workflows, {
      launcher: { launch: (...given) => launcher.launch(...given) },
      gemini: {
        async getInteraction(id: string) {
          if (!id.startsWith('job-of-')) return asked[id as keyof typeof asked];
          looks += 1;
          const status = statuses.get(id);
          if (status === 'away') throw new BridgeError('ERR_GEMINI_PERMISSION', 'not yours');
          return { status };
        },
      } as never,
    });
    launcher = createLauncher({
      gemini: {
        createInteraction: async ({ previous_interaction_id: id }: Record<string, string>) => ({
          kind: 'created',
          id: `next-of-${id}`,
        }),
      } as never,
      launches: bed.parts.launches,
      guard: fixedBudget({ usualUsd: 1, mostUsd: 1 }),
      announce: async () => undefined,
      caller: 'test',
    });
  });
  afterAll(() => bed?.close());

  const calling = (...names: readonly string[]) => ({
    model: 'gemini-3.8-flash',
    status: 'requires_action',
    steps: names.map((name) => ({ type: 'function_call', id: `c-${name}`, name, arguments: {} })),
  });
  const asked = { 'int-1': calling('told'), 'int-2': calling('left', 'right') };

  const start = async (workflow: typeof telling, id: string): Promise<string> => {
    const given = { job: null, letter: LETTER };
    return (await bed.engine.start(workflow, interactionEvent(id), given)).runId;
  };
  const inState = (runId: string, state: string) =>
    vi.waitFor(async () => {
      const run = await bed.parts.runs.find(runId);
      expect(run?.state).toBe(state);
      return run;
    }, SOON);
  const outcomeOf = async (runId: string): Promise<unknown> =>
    JSON.parse((await inState(runId, 'done'))?.outcome ?? '');

  it('does not do again what failed before and was dealt with', async () => {
    const runId = await start(telling, 'int-1');
    await inState(runId, 'failed');
    mended.add('told').add('code');
    await bed.engine.redrive(runId);
    expect(await outcomeOf(runId)).toBe('next-of-int-1');
    expect(called.filter((name) => name === 'told')).toEqual(['told']);
  });

  it('does everything again that failed at once', async () => {
    const runId = await start(parallel, 'int-2');
    expect(await inState(runId, 'failed')).toMatchObject({ errorMessage: 'left is away' });
    mended.add('left').add('right');
    await bed.engine.redrive(runId);
    expect(await outcomeOf(runId)).toBe('next-of-int-2');
    const again = called.filter((name) => name !== 'told').toSorted();
    expect(again).toEqual(['left', 'left', 'right', 'right']);
  });

  it('waits once more for a job that was overdue', async () => {
    statuses.set('job-of-int-3', 'in_progress');
    const runId = await start(patient, 'int-3');
    expect(await inState(runId, 'failed')).toMatchObject({ errorCode: 'ERR_JOB_OVERDUE' });
    const before = looks;
    await bed.engine.redrive(runId);
    expect(await inState(runId, 'failed')).toMatchObject({ errorCode: 'ERR_JOB_OVERDUE' });
    expect(looks).toBeGreaterThan(before + 1);
    await bed.engine.redrive(runId);
    statuses.set('job-of-int-3', 'completed');
    expect(await outcomeOf(runId)).toBe('completed');
  });

  it('is woken by the events of a job that could not be looked at', async () => {
    const job = 'job-of-int-4';
    statuses.set(job, 'away');
    const runId = await start(woken, 'int-4');
    expect(await inState(runId, 'failed')).toMatchObject({ errorCode: 'ERR_GEMINI_PERMISSION' });
    statuses.set(job, 'in_progress');
    await bed.engine.redrive(runId);
    await inState(runId, 'waiting');
    expect(await bed.parts.waits.of(job)).toEqual([runId]);
    statuses.set(job, 'completed');
    await bed.engine.wake(runId, jobTopic(job), '1');
    expect(await outcomeOf(runId)).toBe('completed');
    expect(await bed.parts.waits.of(job)).toEqual([]);
  });
});
