import { BridgeError } from '@gemini-events/events';
import { createLauncher, fixedBudget, type Launcher } from '@gemini-events/launches/launcher';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import { defineTool } from '../definition/define-tool.ts';
import { defineWorkflow } from '../definition/define-workflow.ts';
import {
  interactionEvent,
  LETTER,
  openTestEngine,
  type TestEngine,
} from '../testing/test-engine.ts';

const SOON = { timeout: 15_000, interval: 20 };

/** Interactions as the API shows them; those that are not here are not found. */
const shown = new Map<string, object>();
/** What was made, by the interaction that it continues. */
const made: string[] = [];
/** Runs that have called a tool, by interaction; the tools of some wait for each other here. */
const called: string[] = [];
const together = new Map<string, { readonly both: Promise<void>; readonly arrive: () => void }>();

function meetingOf(id: string) {
  const known = together.get(id);
  if (known !== undefined) return known;
  let left = 2;
  const { promise, resolve } = Promise.withResolvers<void>();
  const meeting = {
    both: promise,
    arrive: () => {
      left -= 1;
      if (left === 0) resolve();
    },
  };
  together.set(id, meeting);
  return meeting;
}

const tool = (says: string) =>
  defineTool({
    name: 'look',
    description: 'looks something up',
    input: z.object({ id: z.string() }),
    output: z.string(),
    async run({ id }) {
      called.push(`${says} ${id}`);
      if (id.startsWith('race')) {
        meetingOf(id).arrive();
        await meetingOf(id).both;
      }
      return id.startsWith('race-differently') ? says : 'the same';
    },
  });

const answering = (name: string) =>
  defineWorkflow({
    name,
    on: ['interaction.requires_action'],
    async run(event, { gemini }) {
      const asked = await gemini.readInteraction(event.resource_id);
      return { continued: await gemini.answerCalls(asked, { tools: [tool(name)] }) };
    },
  });
const [first, second] = [answering('first'), answering('second')];

const asks = (id: string, status = 'requires_action') => {
  shown.set(id, {
    model: 'gemini-3.8-flash',
    status,
    steps: [{ type: 'function_call', id: `c-${id}`, name: 'look', arguments: { id } }],
  });
};

describe('an interaction that requires action', () => {
  let bed: TestEngine;
  let launcher: Launcher;

  beforeAll(async () => {
    bed = await openTestEngine(inject('stack').databaseUrl, [first, second], {
      launcher: { launch: (...given) => launcher.launch(...given) },
      gemini: {
        async getInteraction(id: string) {
          const found = shown.get(id);
          if (found === undefined) throw new BridgeError('ERR_GEMINI_NOT_FOUND', `no ${id}`);
          return found;
        },
      } as never,
    });
    launcher = createLauncher({
      gemini: {
        async createInteraction(body: object) {
          const { previous_interaction_id: previous } = body as Record<string, string>;
          made.push(String(previous));
          return { kind: 'created', id: `next-of-${previous}` };
        },
      } as never,
      launches: bed.parts.launches,
      guard: fixedBudget({ usualUsd: 1, mostUsd: 1 }),
      announce: async () => undefined,
      caller: 'test',
      lookEveryMs: 20,
    });
  });
  afterAll(() => bed?.close());

  const start = (workflow: typeof first, id: string, eventId = `msg-${id}`) =>
    bed.engine.start(workflow, interactionEvent(id, { event_id: eventId }), {
      job: null,
      letter: LETTER,
    });
  const ended = (runId: string, state: 'done' | 'failed') =>
    vi.waitFor(async () => {
      const run = await bed.parts.runs.find(runId);
      expect(run?.state).toBe(state);
      return run;
    }, SOON);
  const outcomeOf = async (runId: string): Promise<unknown> =>
    JSON.parse((await ended(runId, 'done'))?.outcome ?? 'null');
  const madeOf = (id: string): number => made.filter((each) => each === id).length;

  it('is continued once, whichever deliveries tell of it', async () => {
    asks('twice');
    const starts = await Promise.all(
      ['msg-1', 'msg-1', 'msg-2'].map((eventId) => start(first, 'twice', eventId)),
    );
    const [runId = '', ...others] = new Set(starts.map((each) => each.runId));
    expect(others).toEqual([]);
    expect(await outcomeOf(runId)).toEqual({ continued: 'next-of-twice' });
    expect(await start(first, 'twice', 'msg-3')).toMatchObject({ isNew: false });
    expect([madeOf('twice'), called.filter((each) => each.endsWith(' twice'))]).toEqual([
      1,
      ['first twice'],
    ]);
  });

  it('and is completed by the time that it is read leaves nothing to do', async () => {
    asks('late', 'completed');
    const { runId } = await start(first, 'late');
    expect(await outcomeOf(runId)).toEqual({
      nothing_to_do: 'interaction late waits for no answer: it is completed',
    });
    expect(madeOf('late')).toBe(0);
    expect(bed.buried.map((each) => each.runId)).not.toContain(runId);
  });

  it('and is unknown to Gemini is a dead letter at once, and can be redriven', async () => {
    const { runId } = await start(first, 'unknown');
    expect(await ended(runId, 'failed')).toMatchObject({ errorCode: 'ERR_GEMINI_NOT_FOUND' });
    expect(bed.buried).toContainEqual(
      expect.objectContaining({ runId, code: 'ERR_GEMINI_NOT_FOUND' }),
    );
    const attempts = await bed.parts.journal.of(runId, 100);
    expect(attempts.filter(({ name }) => name === 'read unknown')).toHaveLength(1);
    asks('unknown');
    await bed.engine.redrive(runId);
    expect(await outcomeOf(runId)).toEqual({ continued: 'next-of-unknown' });
  });

  it('and was continued by another run is left alone: no tool of ours is called', async () => {
    asks('taken');
    const owner = await start(first, 'taken');
    await ended(owner.runId, 'done');
    const { runId } = await start(second, 'taken');
    expect(await outcomeOf(runId)).toEqual({
      nothing_to_do: `interaction taken was continued by run ${owner.runId}`,
    });
    expect(called).not.toContain('second taken');
    expect(madeOf('taken')).toBe(1);
  });

  it.each(['race-alike', 'race-differently'])(
    'and is answered by two workflows at once is continued by one (%s)',
    async (id) => {
      asks(id);
      const starts = await Promise.all([start(first, id), start(second, id)]);
      const outcomes = await Promise.all(starts.map(({ runId }) => outcomeOf(runId)));
      expect(called.filter((each) => each.endsWith(` ${id}`))).toHaveLength(2);
      expect(madeOf(id)).toBe(1);
      expect(outcomes).toContainEqual({ continued: `next-of-${id}` });
      const owner = await bed.parts.launches.find(`continue/${id}`);
      expect(outcomes).toContainEqual({
        nothing_to_do: `interaction ${id} was continued by run ${owner?.runId}`,
      });
      expect(bed.buried.filter(({ runId }) => runId.endsWith(id))).toEqual([]);
    },
  );
});
