import { consumersConfig } from '@gemini-events/cli-kit/config';
import { httpUrl, secret } from '@gemini-events/service/config-fields';
import { z } from 'zod';

/** The environment of `jobs launch`. */
export const launchConfig = z.object({
  ...consumersConfig.shape,
  GEMINI_BASE_URL: httpUrl()
    .default('https://generativelanguage.googleapis.com')
    .describe('Where the Gemini API is.'),
  GEMINI_API_KEY: secret('is required: the job is launched with it').describe(
    'Key of the project that pays for the job.',
  ),
  AGENT_WEBHOOK_URL: httpUrl()
    .optional()
    .describe('Where the events of the job are sent; without it to the webhooks of the project.'),
  AGENT_OWNER_KEY: secret().optional().describe('The `owner_key` of that source of the ingress.'),
});
