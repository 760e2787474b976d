import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { declarationOf, defineTool } from './define-tool.ts';

const attempt = { number: 1, signal: new AbortController().signal };
const refund = defineTool({
  name: 'refund_order',
  description: 'Pays an order back.',
  input: z.object({
    order: z.string().transform((text) => text.toUpperCase()),
    amount: z.number().positive().default(1),
  }),
  output: z.object({ paid: z.boolean().default(false) }),
  attempts: 2,
  run: async ({ order, amount }) => (order === 'B42' ? { paid: amount === 1 } : {}),
});

describe('a tool', () => {
  it('is declared to the model as what it may be called with', () => {
    expect(declarationOf(refund)).toMatchObject({
      type: 'function',
      name: 'refund_order',
      description: 'Pays an order back.',
      parameters: {
        type: 'object',
        required: ['order'],
        properties: { order: { type: 'string' }, amount: { type: 'number', exclusiveMinimum: 0 } },
      },
    });
  });

  it('reads its arguments once: what it is called with is what its schema has made of them', async () => {
    const read = refund.readInput({ order: 'b42' });
    expect(read).toEqual({ ok: true, input: { order: 'B42', amount: 1 } });
    expect(await refund.call(read.ok ? read.input : null, attempt)).toEqual({ paid: true });
  });

  it.each([{}, { order: 5 }, { order: 'b', amount: -1 }, 'text', null, []])(
    'says what does not fit in %j',
    (given) => {
      expect(refund.readInput(given)).toEqual({ ok: false, why: expect.stringMatching(/./) });
    },
  );

  it('fails its run unless it says otherwise, and keeps its policy', () => {
    expect(refund).toMatchObject({ whenItFails: 'fail', attempts: 2 });
  });

  it('that gives what its schema forbids has failed', async () => {
    const wrong = defineTool({
      name: 'wrong',
      description: 'gives what it must not',
      input: z.object({}),
      output: z.object({ ok: z.literal(true) }),
      run: async () => ({ ok: false }) as never,
    });
    await expect(wrong.call({}, attempt)).rejects.toMatchObject({ code: 'ERR_TOOL_OUTPUT' });
  });

  it.each(['', '1st', 'a b', 'a'.repeat(65), 'a/b'])('is not named %j', (name) => {
    const named = { ...refund, name, input: z.object({}), output: z.null(), run: async () => null };
    expect(() => defineTool(named)).toThrow(
      expect.objectContaining({ code: 'ERR_WORKFLOW_INVALID' }),
    );
  });
});
