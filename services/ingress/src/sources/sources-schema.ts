import { z } from 'zod';

const text = z.string().min(1);
export const MIN_OWNER_KEY_CHARS = 32;
export const OWNER_KEY_SHORT = `must have at least ${MIN_OWNER_KEY_CHARS} characters`;

const dynamic = z.strictObject({
  jwks_url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url), 'must not hold a user or a password')
    .describe("Where the sender's public keys are (RFC 7517)."),
  schemes: z
    .array(z.enum(['v1a', 'jwt']))
    .min(1)
    .default(['v1a'])
    .describe('What is accepted; jwt only knowingly: a token binds neither id nor body.'),
  audience: text.optional().describe('The `aud` that tokens must have; needed with jwt.'),
});

const source = z
  .strictObject({
    secrets: z.array(text).default([]).describe('Signing secrets, whsec_…; all are valid.'),
    secrets_file: text
      .optional()
      .describe('A file with one secret per line, # begins a comment; relative to this file.'),
    labels: z
      .record(z.string().regex(/^[\w.-]{1,64}$/), z.string().max(256))
      .default({})
      .describe('Stand in every event of this source.'),
    dynamic: dynamic.optional().describe('Deliveries that Google signs with keys of its own.'),
    owner_key: text
      .min(MIN_OWNER_KEY_CHARS, OWNER_KEY_SHORT)
      .optional()
      .describe('Makes and checks the tag that shows that a job is ours.'),
    owner_key_file: text
      .optional()
      .describe('A file that holds the owner key; relative to this file.'),
  })
  .superRefine((value, context) => {
    const fault = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if (value.dynamic?.schemes.includes('jwt') === true && value.dynamic.audience === undefined) {
      fault(
        ['dynamic', 'audience'],
        'is needed where jwt is allowed: without it a token for anyone else would pass',
      );
    }
    if (value.secrets.length === 0 && !value.secrets_file && value.dynamic === undefined) {
      fault([], 'has neither secrets nor dynamic: nothing could ever verify');
    }
    if (value.owner_key !== undefined && value.owner_key_file !== undefined) {
      fault(['owner_key_file'], 'and owner_key are both set; keep one of them');
    }
    if ((value.owner_key ?? value.owner_key_file) !== undefined && value.dynamic === undefined) {
      fault(['owner_key'], 'is of no use without dynamic');
    }
  });

/** The name stands in the path, in record headers and in metrics. */
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'may hold small letters, digits, dashes');

/** The file that `SOURCES_FILE` names; published as `docs/reference/sources.schema.json`. */
export const sourcesFileSchema = z.strictObject({
  sources: z
    .record(name, source)
    .refine((sources) => Object.keys(sources).length > 0, 'holds no source')
    .describe(
      'By name; `default` is served at /webhooks/gemini, any other at /webhooks/gemini/<name>.',
    ),
});

export type SourceDefinition = z.output<typeof source>;
