import { consumerFields } from '@gemini-events/consumer/config';
import { resultsStoreFields, resultsStoreRules } from '@gemini-events/objects';
import {
  ALWAYS,
  httpUrl,
  kafkaRules,
  listIn,
  port,
  secret,
  wholeNumber,
} from '@gemini-events/service';
import { z } from 'zod';

const dollars = (usual: string, what: string) =>
  z
    .string()
    .regex(/^\d{1,9}(?:\.\d{1,6})?$/, 'has to be an amount such as 5 or 0.50')
    .default(usual)
    .transform(Number)
    .describe(what);

/** The environment of the agent. */
export const agentConfig = z
  .object({
    ...consumerFields,
    ...resultsStoreFields,
    GEMINI_API_KEY: secret('is required: what workflows do is done with it').describe(
      'Key of the project in whose name workflows call Gemini.',
    ),
    AGENT_WORKFLOWS: z
      .string()
      .optional()
      .describe(
        'Path of a module whose `workflows` are run; without it the two examples, which take only jobs with their route.',
      ),
    AGENT_WEBHOOK_URL: httpUrl()
      .optional()
      .describe(
        'Where Gemini sends the events of jobs that workflows launch: a path of the ingress that allows dynamic deliveries. Without it they come by the static webhook, and a call whose answer is lost is for a human to settle.',
      ),
    AGENT_OWNER_KEY: secret()
      .optional()
      .describe('The `owner_key` of that source of the ingress: jobs are tagged with it.'),
    AGENT_CHANNEL: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,80}$/, 'has to be the name of a channel of the rules')
      .optional()
      .describe('Slack channel of the notifier’s rules in which approvals are asked.'),
    AGENT_OPERATORS: z
      .string()
      .optional()
      .transform((text) => (text === undefined ? null : listIn(text)))
      .describe(
        'Who may decide about calls of which nobody knows whether they were made, such as slack:U1, with commas between them; without it whoever may decide at all.',
      ),
    AGENT_SETTLE_MINUTES: wholeNumber(0, 48 * 60)
      .default(60)
      .describe(
        'How long the event of a call without an answer is waited for before a human is asked.',
      ),
    AGENT_LOOK_MIN_SECONDS: wholeNumber(1, 3_600)
      .default(60)
      .describe('A job that a run waits for is looked at after so long although no event came.'),
    AGENT_LOOK_MAX_SECONDS: wholeNumber(1, 86_400)
      .default(900)
      .describe('And again, each time after twice as long, up to this.'),
    AGENT_JOB_BUDGET_USD: dollars('5', 'Budget of a job that names none.'),
    AGENT_MOST_BUDGET_USD: dollars('50', 'A job with a higher budget is not launched.'),
    AGENT_API_HOST: z.string().default('127.0.0.1').describe('Address of the API.'),
    AGENT_API_PORT: port().default(8071).describe('Port of the API; 0: any free one.'),
    AGENT_POOL_SIZE: wholeNumber(4, 200)
      .default(20)
      .describe('Connections of the workflow engine to Postgres.'),
    SLACK_SIGNING_SECRETS: secret()
      .optional()
      .describe(
        'Signing secret of the Slack app whose buttons decide; several with commas between them during a rotation. Without it no button is taken.',
      ),
    SLACK_HOOKS_ORIGIN: httpUrl()
      .default('https://hooks.slack.com')
      .describe(
        'Where the answers to buttons go. The operator’s own word: http and loopback are fine.',
      ),
  })
  .superRefine(kafkaRules, ALWAYS)
  .superRefine(resultsStoreRules, ALWAYS)
  .superRefine((config, context) => {
    if (config.AGENT_LOOK_MIN_SECONDS > config.AGENT_LOOK_MAX_SECONDS) {
      const message = 'must not be above AGENT_LOOK_MAX_SECONDS';
      context.addIssue({ code: 'custom', path: ['AGENT_LOOK_MIN_SECONDS'], message });
    }
  });
