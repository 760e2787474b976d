import { interactionRequiresAction } from '@gemini-events/consumer/testing';
import { describe, expect, it } from 'vitest';
import { defineWorkflow, registeredName, runIdOf } from './define-workflow.ts';

const minimal = {
  name: 'orders',
  on: ['interaction.requires_action'] as const,
  run: async () => null,
};

describe('a workflow', () => {
  it('takes all its events and runs once for a type of a job, unless it says otherwise', () => {
    const workflow = defineWorkflow(minimal);
    expect(workflow).toMatchObject({ version: 1, once: 'resource' });
    expect(workflow.where({ event: interactionRequiresAction(), job: null })).toBe(true);
    expect(registeredName(defineWorkflow({ ...minimal, version: 3 }))).toBe('orders@3');
  });

  it.each<[string, object, string]>([
    ['no name', { name: '' }, 'a name has'],
    ['a name with a slash', { name: 'a/b' }, 'a name has'],
    ['a long name', { name: 'a'.repeat(49) }, 'a name has'],
    ['version 0', { version: 0 }, 'a version is'],
    ['half a version', { version: 1.5 }, 'a version is'],
    ['no events', { on: [] }, 'it is on nothing'],
    ['events that are none', { on: ['batch.completed'] }, 'nothing is called batch.completed'],
  ])('with %s is refused', (_, wrong, words) => {
    expect(() => defineWorkflow({ ...minimal, ...wrong })).toThrow(words);
  });

  it('is told all its faults at once', () => {
    const wrong = { name: 'A', version: -1, on: [], run: minimal.run };
    expect(() => defineWorkflow(wrong)).toThrow(
      expect.objectContaining({
        code: 'ERR_WORKFLOW_INVALID',
        message: expect.stringMatching(/a name has.*; a version is.*; it is on nothing/),
      }),
    );
  });
});

describe('the id of a run', () => {
  const event = interactionRequiresAction({
    event_id: 'msg-1',
    source: 'default',
    resource_id: 'int_1',
  });

  it.each<[string, Parameters<typeof runIdOf>[0]['once'], string]>([
    ['type and job', 'resource', 'orders/default/interaction.requires_action/int_1'],
    ['event', 'event', 'orders/default/msg-1'],
    [
      'whatever a function says',
      ({ type }) => `own ${type}`.replace(' ', '-'),
      'orders/default/own-interaction.requires_action',
    ],
  ])('names %s', (_, once, id) => {
    expect(runIdOf({ name: 'orders', once }, event)).toBe(id);
  });
});
