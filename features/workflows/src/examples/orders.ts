import { z } from 'zod';
import { defineTool } from '../definition/define-tool.ts';
import { defineWorkflow } from '../definition/define-workflow.ts';
import type { RunContext } from '../definition/run-context.ts';

/** Refunds above it are for a human, in euros. */
const LIMIT = 100;

/** Stands for the shop's own system. */
const ORDERS: Readonly<Record<string, { status: string; total: number }>> = {
  A17: { status: 'shipped', total: 40 },
  B42: { status: 'lost', total: 250 },
};

const getOrder = defineTool({
  name: 'get_order',
  description: 'Looks an order up by its id.',
  input: z.object({ order_id: z.string().max(40) }),
  output: z.object({ status: z.string(), total: z.number().nullable() }),
  timeoutMs: 5_000,
  whenItFails: 'tell',
  run: async ({ order_id: id }) => ORDERS[id] ?? { status: 'unknown', total: null },
});

/**
 * A function-calling agent of a shop: looks orders up, and asks a human before it refunds more than the
 * limit. Takes what was launched with the route `orders`.
 */
export const orders = defineWorkflow({
  name: 'orders',
  on: ['interaction.requires_action'],
  where: ({ job }) => job?.route === 'orders',
  async run(event, context) {
    const { gemini } = context;
    let interaction = await gemini.readInteraction(event.resource_id);
    for (let turn = 1; interaction.status === 'requires_action' && turn <= 8; turn += 1) {
      const isAllowed = await mayRefund(context, turn, interaction.calls);
      const next = await gemini.answerCalls(interaction, { tools: [getOrder, refund(isAllowed)] });
      interaction = await gemini.untilInteraction(next);
    }
    return { status: interaction.status, answer: interaction.text };
  },
});

/** Asks before the tools run: a tool is a step, and steps do not wait for people. */
async function mayRefund(
  { approval }: RunContext,
  turn: number,
  calls: readonly {
    readonly name: string;
    readonly arguments: Readonly<Record<string, unknown>>;
  }[],
): Promise<boolean> {
  const large = calls.filter(
    ({ name, arguments: given }) => name === 'refund_order' && !(Number(given['amount']) <= LIMIT),
  );
  if (large.length === 0) return true;
  const decision = await approval(`refund ${turn}`, {
    title: `Refund more than ${LIMIT} euros?`,
    evidence: { refunds: large.map((call) => call.arguments) },
  });
  return decision.approved;
}

const refund = (isAllowed: boolean) =>
  defineTool({
    name: 'refund_order',
    description: 'Pays an order back.',
    input: z.object({ order_id: z.string().max(40), amount: z.number().positive() }),
    output: z.object({ refunded: z.boolean(), why: z.string() }),
    timeoutMs: 5_000,
    run: async ({ amount }) =>
      isAllowed
        ? { refunded: true, why: `${amount} euros are on their way` }
        : { refunded: false, why: 'a human has refused it' },
  });
