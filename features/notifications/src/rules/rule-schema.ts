import { canonicalType } from '@gemini-events/events';
import { FAMILIES } from '@gemini-events/schemas';
import { z } from 'zod';
import { templateFaults } from '../templates/template.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'may hold small letters, digits, dashes');

const template = z
  .string()
  .min(1)
  .max(10_000)
  .superRefine((text, context) => {
    for (const message of templateFaults(text)) context.addIssue({ code: 'custom', message });
  });

/**
 * A value within `<…>` could become a mention: Slack reads `<!channel|…>` so. A link alone may stand there,
 * up to its `|` or `>`, as there may be none.
 */
const VALUE_AS_LINK = /<\s*(?:\{\{(?!\s*link\s*\}\}\s*[|>])|[@!#][^>]*\{\{)/;
const message = template.refine((text) => !VALUE_AS_LINK.test(text), {
  message: 'within <…> only {{link}} may stand, with | or > right behind it',
});
const link = template.refine((text) => /^https?:\/\/[^{/]/.test(text), {
  message: 'has to begin with http:// or https:// and a host',
});

const FAMILY_NAMES: readonly string[] = [...FAMILIES, 'unknown'];
const type = z
  .string()
  .refine((text) => text === '*' || FAMILY_NAMES.includes(text) || canonicalType(text) !== null, {
    message: 'is no type, no family, and not *',
  });
const texts = z.array(z.string().min(1)).min(1);
const patterns = z.record(z.string(), z.string().min(1));

const when = z.strictObject({
  types: z.array(type).min(1).optional().describe('Types, families, or *.'),
  sources: texts.optional().describe('Names of ingress sources.'),
  labels: patterns.optional().describe('Labels of the source: exact, abc*, or *.'),
  metadata: patterns.optional().describe('Metadata of the job: exact, abc*, or *.'),
  status: texts.optional().describe('What follows the dot of the type, such as failed.'),
});

const recovered = z.strictObject({
  types: z.array(type).min(1).describe('What counts as recovered.'),
  key: template.optional().describe('What belongs together; the job where it is left out.'),
  text: message.optional().describe('Template of what is said then.'),
});

/** Templates stand in the texts of blocks; all else of Block Kit is left as it is. */
const block = z.record(z.string(), z.json()).superRefine((value, context) => {
  for (const text of textsIn(value)) {
    const parsed = message.safeParse(text);
    const faults = text === '' || parsed.success ? [] : parsed.error.issues;
    for (const fault of faults) context.addIssue({ code: 'custom', message: fault.message });
  }
});

const slack = z.strictObject({
  channel: name.describe('One of the channels under slack.'),
  thread: z
    .enum(['resource', 'pair', 'none'])
    .optional()
    .describe('What stands in one thread; resource where the channel is a bot.'),
  link: link.optional().describe("Template of a link to the job's page."),
  text: message.optional().describe('Template of the text.'),
  blocks: z.array(block).min(1).max(50).optional().describe('Block Kit in place of the text.'),
});

const webhooks = z.strictObject({
  owner: template.describe('Whose endpoints; for example {{metadata.customer}}.'),
  metadata: z.array(z.string()).default([]).describe('Metadata that the owner may see.'),
  link_hours: z
    .number()
    .positive()
    .max(24 * 30)
    .optional()
    .describe('With a link to the output that holds for so long.'),
});

/** One rule, in the file and in the API. */
export const ruleSchema = z
  .strictObject({
    when: when.default({}).describe('All of it must fit; of a list, one.'),
    recovered: recovered.optional().describe('Also tell when it has recovered, once.'),
    slack: slack.optional(),
    webhooks: webhooks.optional(),
  })
  .refine((rule) => rule.slack !== undefined || rule.webhooks !== undefined, {
    message: 'has neither slack nor webhooks: it would tell nobody',
  });

export type RuleDefinition = z.output<typeof ruleSchema>;

const url = z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), {
  message: 'must be an http or https URL',
});

const channel = z
  .strictObject({
    webhook_url: url.optional().describe('An incoming webhook of Slack; it has no threads.'),
    webhook_url_file: z.string().min(1).optional().describe('A file that holds it.'),
    channel: z.string().min(1).optional().describe('Id of a channel, for a bot.'),
    token: z.string().min(1).optional().describe('Token of the bot, xoxb-….'),
    token_file: z.string().min(1).optional().describe('A file that holds it.'),
    per_second: z.number().positive().max(50).default(1).describe('Messages a second.'),
  })
  .superRefine((value, context) => {
    const ways = [value.webhook_url, value.webhook_url_file, value.token, value.token_file];
    if (ways.filter((each) => each !== undefined).length !== 1) {
      context.addIssue({
        code: 'custom',
        message: 'needs one of webhook_url, webhook_url_file, token, token_file',
      });
    }
    const isBot = (value.token ?? value.token_file) !== undefined;
    if (isBot !== (value.channel !== undefined)) {
      context.addIssue({ code: 'custom', path: ['channel'], message: 'belongs to a token' });
    }
  });

/** The file that `NOTIFIER_RULES_FILE` names; published as `docs/reference/rules.schema.json`. */
export const rulesFileSchema = z.strictObject({
  slack: z.record(name, channel).default({}).describe('Channels by the names that rules use.'),
  notices: name
    .optional()
    .describe('Channel that is told when an endpoint is switched off by itself.'),
  rules: z.record(name, ruleSchema).default({}).describe('Rules by name.'),
});

export type ChannelDefinition = z.output<typeof channel>;

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
