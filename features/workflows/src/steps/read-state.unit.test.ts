import { describe, expect, it } from 'vitest';
import { interactionStateOf } from './read-state.ts';

const WAITING = {
  id: 'int_1',
  object: 'interaction',
  model: 'gemini-3.8-flash',
  status: 'requires_action',
  steps: [
    { type: 'thought', signature: 'b64' },
    {
      type: 'function_call',
      id: 'fc_1',
      name: 'get_order',
      arguments: { order_id: 'A17' },
      signature: 'b64',
    },
    { type: 'google_search_call', id: 'gs_1', arguments: { queries: ['x'] } },
    { type: 'function_call', id: 'fc_2', name: 'list_orders' },
  ],
  usage: { total_input_tokens: 120, total_tokens: 178 },
};

describe('an interaction', () => {
  it('that requires action says what it calls, in its order', () => {
    expect(interactionStateOf('int_1', WAITING)).toEqual({
      id: 'int_1',
      status: 'requires_action',
      model: 'gemini-3.8-flash',
      agent: null,
      previousId: null,
      text: '',
      calls: [
        { id: 'fc_1', name: 'get_order', arguments: { order_id: 'A17' } },
        { id: 'fc_2', name: 'list_orders', arguments: {} },
      ],
      usage: expect.objectContaining({ total_tokens: 178 }),
      error: null,
    });
  });

  it('that has gone on meanwhile waits for no answer, though its calls still stand there', () => {
    const { calls, status } = interactionStateOf('int_1', { ...WAITING, status: 'completed' });
    expect([status, calls]).toEqual(['completed', []]);
  });

  it('that is completed has its text, and what it continues', () => {
    const state = interactionStateOf('int_2', {
      agent: 'deep-research-preview-04-2026',
      status: 'completed',
      previous_interaction_id: 'int_1',
      steps: [{ type: 'model_output', content: [{ type: 'text', text: 'Report' }] }],
    });
    expect(state).toMatchObject({
      agent: 'deep-research-preview-04-2026',
      model: null,
      previousId: 'int_1',
      text: 'Report',
    });
  });

  it('with a very long text is cut', () => {
    const steps = [
      { type: 'model_output', content: [{ type: 'text', text: 'x'.repeat(100_000) }] },
    ];
    expect(interactionStateOf('int_1', { status: 'completed', steps }).text).toHaveLength(65_536);
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'completed'],
    ['a list', []],
    ['fields of other types', { status: 5, model: [], agent: {}, steps: 'x' }],
  ])('of which the API answers with %s is in no known state', (_, given) => {
    expect(interactionStateOf('int_1', given)).toMatchObject({
      status: 'unknown',
      model: null,
      calls: [],
    });
  });
});
