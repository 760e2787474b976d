import { flag, httpUrl, port, processFields, secret, wholeNumber } from '@gemini-events/service';
import { parseSecret } from '@gemini-events/webhooks';
import { z } from 'zod';
import { CANCELLED_EVENTS } from './deliveries/fire-events.ts';
import { USER_METADATA_PLACES } from './events/event-body.ts';
import type { Settings } from './settings.ts';
import { DEFAULT_SHARES } from './shares.ts';

const DAY_MS = 24 * 3_600_000;

const share = (usual: number, what: string) =>
  z
    .string()
    .regex(/^(0|1|0?\.\d{1,6}|1\.0+)$/, 'must be a share from 0 to 1, for example 0.05')
    .transform(Number)
    .default(usual)
    .describe(`${what} Share from 0 to 1.`);

/** The environment of the simulator. */
export const simulatorConfig = z
  .object({
    ...processFields,
    SIMULATOR_HOST: z
      .string()
      .default('127.0.0.1')
      .describe('Address of the simulated Gemini API.'),
    SIMULATOR_PORT: port()
      .default(0)
      .describe('Port of the simulated Gemini API; 0: any free one.'),
    SIMULATOR_API_KEY: secret()
      .optional()
      .describe('The one key that is right; without it any is.'),
    SIMULATOR_WEBHOOK_URL: httpUrl().optional().describe('A webhook that is registered at start.'),
    GEMINI_WEBHOOK_SECRETS: secret().optional().describe('Its secret is the first of these.'),
    SIMULATOR_REPEATS: share(DEFAULT_SHARES.repeats, 'Accepted deliveries that are sent again.'),
    SIMULATOR_FORGERIES: share(
      DEFAULT_SHARES.forgeries,
      'Extra deliveries with a wrong signature.',
    ),
    SIMULATOR_STALE: share(DEFAULT_SHARES.stale, 'Extra deliveries with an old timestamp.'),
    SIMULATOR_MALFORMED: share(DEFAULT_SHARES.malformed, 'Extra genuine deliveries, broken body.'),
    SIMULATOR_UNKNOWN: share(DEFAULT_SHARES.unknown, 'Extra genuine deliveries of unknown types.'),
    SIMULATOR_FAILURES: share(DEFAULT_SHARES.failures, 'Jobs that fail or expire.'),
    SIMULATOR_REQUIRES_ACTION: share(
      DEFAULT_SHARES.requiresAction,
      'Interactions that call a function.',
    ),
    SIMULATOR_JOB_MIN_MS: wholeNumber(1, DAY_MS).default(200).describe('Shortest time of a job.'),
    SIMULATOR_JOB_MAX_MS: wholeNumber(1, DAY_MS).default(2_000).describe('Longest time of a job.'),
    SIMULATOR_OUTPUT_BYTES: wholeNumber(1, 8 * 1024 ** 3)
      .default(2_048)
      .describe('Size of an output.'),
    SIMULATOR_MAX_JOBS: wholeNumber(1, 10_000_000)
      .default(200_000)
      .describe('Jobs that are remembered; the oldest are forgotten.'),
    SIMULATOR_UPLOAD_BYTES: wholeNumber(1024 ** 2, 2 * 1024 ** 3)
      .default(64 * 1024 ** 2)
      .describe('Bytes of uploaded files that are remembered; the oldest are forgotten.'),
    SIMULATOR_INDEXING_MS: wholeNumber(0, DAY_MS)
      .default(1_500)
      .describe('How long a document of a File Search store is pending.'),
    SIMULATOR_SEED: wholeNumber(0, 0xffff_ffff)
      .optional()
      .describe('Seed of all chance; logged at start.'),
    SIMULATOR_CONNECTIONS: wholeNumber(1, 1_024)
      .default(64)
      .describe('Deliveries that are sent at once.'),
    SIMULATOR_TIMEOUT_MS: wholeNumber(1, 60_000).default(5_000).describe('Time for an answer.'),
    SIMULATOR_RETRY_BASE_MS: wholeNumber(1, DAY_MS)
      .default(250)
      .describe('First wait before a retry.'),
    SIMULATOR_RETRY_CAP_MS: wholeNumber(1, DAY_MS)
      .default(5_000)
      .describe('Longest wait before a retry.'),
    SIMULATOR_USER_METADATA_PLACE: z
      .enum(USER_METADATA_PLACES)
      .default('data')
      .describe('Where user_metadata comes back; not documented by Google.'),
    SIMULATOR_CANCELLED_EVENTS: z
      .enum(CANCELLED_EVENTS)
      .default('dynamic')
      .describe('Which webhooks get the cancelled events; not documented by Google.'),
    SIMULATOR_ALLOW_REMOTE: flag()
      .default(false)
      .describe('Webhooks that are registered over the API may lie beyond loopback.'),
    SIMULATOR_POINTER_ORIGIN: httpUrl()
      .optional()
      .describe('Origin in output URIs; default: its own.'),
  })
  .superRefine((config, context) => {
    const fault = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (config.SIMULATOR_JOB_MIN_MS > config.SIMULATOR_JOB_MAX_MS) {
      fault('SIMULATOR_JOB_MIN_MS', 'must not be above SIMULATOR_JOB_MAX_MS');
    }
    if (config.SIMULATOR_RETRY_BASE_MS > config.SIMULATOR_RETRY_CAP_MS) {
      fault('SIMULATOR_RETRY_BASE_MS', 'must not be above SIMULATOR_RETRY_CAP_MS');
    }
    if (config.SIMULATOR_WEBHOOK_URL === undefined) return;
    const parsed = parseSecret(firstSecret(config.GEMINI_WEBHOOK_SECRETS?.reveal() ?? ''));
    if (!parsed.ok) fault('GEMINI_WEBHOOK_SECRETS', `the first secret ${parsed.fault}`);
  });

export type SimulatorConfig = z.output<typeof simulatorConfig>;

export function settingsOf(config: SimulatorConfig, randomSeed: () => number): Settings {
  return {
    seed: config.SIMULATOR_SEED ?? randomSeed(),
    apiKey: config.SIMULATOR_API_KEY?.reveal() ?? null,
    webhook: webhookOf(config),
    shares: {
      repeats: config.SIMULATOR_REPEATS,
      forgeries: config.SIMULATOR_FORGERIES,
      stale: config.SIMULATOR_STALE,
      malformed: config.SIMULATOR_MALFORMED,
      unknown: config.SIMULATOR_UNKNOWN,
      failures: config.SIMULATOR_FAILURES,
      requiresAction: config.SIMULATOR_REQUIRES_ACTION,
    },
    minDurationMs: config.SIMULATOR_JOB_MIN_MS,
    maxDurationMs: config.SIMULATOR_JOB_MAX_MS,
    outputBytes: config.SIMULATOR_OUTPUT_BYTES,
    maxJobs: config.SIMULATOR_MAX_JOBS,
    uploadBytes: config.SIMULATOR_UPLOAD_BYTES,
    indexingMs: config.SIMULATOR_INDEXING_MS,
    connections: config.SIMULATOR_CONNECTIONS,
    timeoutMs: config.SIMULATOR_TIMEOUT_MS,
    retry: {
      baseMs: config.SIMULATOR_RETRY_BASE_MS,
      capMs: config.SIMULATOR_RETRY_CAP_MS,
      giveUpAfterMs: DAY_MS,
    },
    userMetadataPlace: config.SIMULATOR_USER_METADATA_PLACE,
    cancelledEvents: config.SIMULATOR_CANCELLED_EVENTS,
    allowsRemote: config.SIMULATOR_ALLOW_REMOTE,
    pointerOrigin: config.SIMULATOR_POINTER_ORIGIN ?? null,
  };
}

function webhookOf(config: SimulatorConfig): Settings['webhook'] {
  const uri = config.SIMULATOR_WEBHOOK_URL;
  const secretText = firstSecret(config.GEMINI_WEBHOOK_SECRETS?.reveal() ?? '');
  const parsed = parseSecret(secretText);
  return uri === undefined || !parsed.ok ? null : { uri, secret: secretText, key: parsed.key };
}

function firstSecret(list: string): string {
  return list.split(',', 1).join('').trim();
}
