import { setTimeout as delay } from 'node:timers/promises';
import { defineTool, defineWorkflow } from '@gemini-events/workflows';
import { z } from 'zod';

const tool = (name: string, takesMs: number) =>
  defineTool({
    name,
    description: 'looks something up',
    input: z.object({ id: z.string() }),
    output: z.object({ id: z.string() }),
    run: async ({ id }) => {
      await delay(takesMs);
      return { id };
    },
  });
const tools = [tool('quick', 5), tool('slow', 150)];

/** Two calls that cost money, tools, and for some a human. */
const chaos = defineWorkflow({
  name: 'chaos',
  on: ['interaction.requires_action'],
  where: ({ job }) => job?.route === 'chaos',
  async run(event, { gemini, approval }) {
    const first = await gemini.readInteraction(event.resource_id);
    const last = await gemini.converse(first, { tools });
    if (last.text === 'ask') {
      const { approved } = await approval('go-on', { title: 'Go on?' });
      if (!approved) return { stopped: true };
    }
    const batch = await gemini.batch('rows', {
      model: 'gemini-3.8-flash',
      displayName: `of ${event.resource_id}`,
      rows: ['a', 'b'].map((key) => ({
        key,
        request: { contents: [{ role: 'user', parts: [{ text: key }] }] },
      })),
    });
    const { status } = await gemini.untilBatch(batch);
    return { status, batch };
  },
});

export const workflows = [chaos];
