import { secret } from '@gemini-events/service/config-fields';
import { z } from 'zod';

/** Where outputs lie: a folder, or a bucket. Read by the consumer that stores them and by the CLI. */
export const resultsStoreFields = {
  RESULTS_DIR: z
    .string()
    .optional()
    .describe('Folder in which outputs are stored; several instances must share it.'),
  RESULTS_S3_BUCKET: z
    .string()
    .optional()
    .describe('Bucket in which outputs are stored, in place of RESULTS_DIR.'),
  RESULTS_S3_PREFIX: z
    .string()
    .regex(
      /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*$/,
      'has to end with /, without one at its beginning',
    )
    .default('')
    .describe('Put before every key in the bucket, for example `gemini/`.'),
  RESULTS_S3_REGION: z.string().default('us-east-1').describe('Region of the bucket.'),
  RESULTS_S3_ENDPOINT: z
    .string()
    .optional()
    .describe('URL of a store that speaks S3; without it AWS. Addressed as host/bucket/key.'),
  RESULTS_S3_ACCESS_KEY_ID: z
    .string()
    .optional()
    .describe('Without it credentials come from where the AWS SDK looks for them.'),
  RESULTS_S3_SECRET_ACCESS_KEY: secret().optional().describe('Goes with RESULTS_S3_ACCESS_KEY_ID.'),
} as const;

export type ResultsStoreConfig = z.output<z.ZodObject<typeof resultsStoreFields>>;

/** For `superRefine`: exactly one place, and a key with its secret. */
export function resultsStoreRules(
  config: { readonly [Name in keyof ResultsStoreConfig]?: ResultsStoreConfig[Name] },
  context: z.RefinementCtx,
): void {
  const fault = (path: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [path], message });
  const { RESULTS_DIR, RESULTS_S3_BUCKET } = config;
  if (RESULTS_DIR === undefined && RESULTS_S3_BUCKET === undefined) {
    fault('RESULTS_DIR', 'is required: a folder that is kept, or a bucket in RESULTS_S3_BUCKET');
  }
  if (RESULTS_DIR !== undefined && RESULTS_S3_BUCKET !== undefined) {
    fault('RESULTS_S3_BUCKET', 'is set beside RESULTS_DIR: outputs lie in one of them');
  }
  const hasKey = config.RESULTS_S3_ACCESS_KEY_ID !== undefined;
  if (hasKey !== (config.RESULTS_S3_SECRET_ACCESS_KEY !== undefined)) {
    fault('RESULTS_S3_ACCESS_KEY_ID', 'and RESULTS_S3_SECRET_ACCESS_KEY go together');
  }
}
