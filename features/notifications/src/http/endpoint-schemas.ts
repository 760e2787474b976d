import { ownerSchema } from '@gemini-events/access/http';
import { timeOf, timeOrNull, timeSchema } from '@gemini-events/http-api';
import { z } from '@hono/zod-openapi';
import type { Endpoint } from '../store/endpoints.ts';
import type { EndpointSecret } from '../store/secret-sql.ts';
import { typesSchema } from './shared-schemas.ts';

const URL_MOST = 2_048;

const settings = {
  url: z.string().min(1).max(URL_MOST).openapi({
    description: 'https, at a public address. Another one has to be verified anew.',
    example: 'https://hooks.example.com/gemini',
  }),
  description: z.string().max(500),
  types: typesSchema,
  max_per_second: z
    .number()
    .min(0.1)
    .max(1_000)
    .nullable()
    .openapi({ description: 'Attempts a second at most; null: as the service has it.' }),
  max_concurrent: z
    .int()
    .min(1)
    .max(100)
    .nullable()
    .openapi({ description: 'Attempts at a time at most; null: as the service has it.' }),
};

export const newEndpointSchema = z
  .strictObject({
    url: settings.url,
    owner: ownerSchema
      .optional()
      .openapi({ description: 'For operators, who have to name it; nobody else may.' }),
    description: settings.description.default(''),
    types: settings.types.default(null),
    max_per_second: settings.max_per_second.default(null),
    max_concurrent: settings.max_concurrent.default(null),
  })
  .openapi('NewEndpoint');

export const endpointChangesSchema = z
  .strictObject({
    url: settings.url.optional(),
    description: settings.description.optional(),
    types: settings.types.optional(),
    max_per_second: settings.max_per_second.optional(),
    max_concurrent: settings.max_concurrent.optional(),
  })
  .openapi('EndpointChanges');

export const endpointSchema = z
  .strictObject({
    id: z.string(),
    owner: z.string(),
    url: z.string(),
    description: z.string(),
    types: z.array(z.string()).nullable(),
    state: z.enum(['unverified', 'active', 'disabled']).openapi({
      description:
        'Only an active one is sent anything. An unverified one has to be verified first.',
    }),
    disabled_reason: z.enum(['owner', 'operator', 'gone', 'failing']).nullable().openapi({
      description: '`gone`: it answered 410. `failing`: it has failed for days.',
    }),
    max_per_second: z.number().nullable(),
    max_concurrent: z.int().nullable(),
    verified_at: timeSchema.nullable(),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi('Endpoint', {
    example: {
      id: 'ep_8b1f0c4f2f5d4f0a9c3e7d61',
      owner: 'acme',
      url: 'https://hooks.example.com/gemini',
      description: 'production',
      types: ['batch', 'interaction.failed'],
      state: 'active',
      disabled_reason: null,
      max_per_second: null,
      max_concurrent: null,
      verified_at: '2026-11-25T12:00:05.000Z',
      created_at: '2026-11-25T12:00:00.000Z',
      updated_at: '2026-11-25T12:00:05.000Z',
    },
  });

const KINDS = ['v1', 'v1a'] as const;
const kindSchema = z.enum(KINDS).openapi({
  description: '`v1`: HMAC-SHA256 with a shared secret. `v1a`: Ed25519, verified by a public key.',
});

export const secretSchema = z
  .strictObject({
    id: z.string(),
    kind: kindSchema,
    public_key: z.string().nullable().openapi({ description: '`whpk_…` of a `v1a` key.' }),
    created_at: timeSchema,
    expires_at: timeSchema.nullable().openapi({ description: 'Null: a current one.' }),
  })
  .openapi('Secret', {
    example: {
      id: 'sec_51c3a1f60c7e4c8cbb0d2a90',
      kind: 'v1',
      public_key: null,
      created_at: '2026-11-25T12:00:00.000Z',
      expires_at: null,
    },
  });

// No `extend`: in the document it would be both schemas at once, of which one forbids `secret`.
export const shownSecretSchema = z
  .strictObject({
    ...secretSchema.shape,
    secret: z.string().nullable().openapi({
      description:
        '`whsec_…`, shown here and never again. Null for `v1a`: its private key does not leave the service.',
    }),
  })
  .openapi('ShownSecret', {
    example: {
      id: 'sec_51c3a1f60c7e4c8cbb0d2a90',
      kind: 'v1',
      public_key: null,
      created_at: '2026-11-25T12:00:00.000Z',
      expires_at: null,
      secret: 'whsec_…',
    },
  });

export const newSecretSchema = z
  .strictObject({
    kind: kindSchema.default('v1'),
    overlap_seconds: z
      .int()
      .min(0)
      .max(7 * 86_400)
      .default(86_400)
      .openapi({ description: 'How long former secrets of this kind still sign as well.' }),
  })
  .openapi('NewSecret');

export const createdEndpointSchema = z
  .strictObject({ endpoint: endpointSchema, secret: shownSecretSchema })
  .openapi('CreatedEndpoint');

export function renderEndpoint(endpoint: Endpoint): z.output<typeof endpointSchema> {
  return {
    id: endpoint.id,
    owner: endpoint.owner,
    url: endpoint.url,
    description: endpoint.description,
    types: endpoint.types === null ? null : [...endpoint.types],
    state: endpoint.state,
    disabled_reason: endpoint.disabledReason,
    max_per_second: endpoint.maxPerSecond,
    max_concurrent: endpoint.maxConcurrent,
    verified_at: timeOrNull(endpoint.verifiedAt),
    created_at: timeOf(endpoint.createdAt),
    updated_at: timeOf(endpoint.updatedAt),
  };
}

export function renderSecret(secret: EndpointSecret): z.output<typeof secretSchema> {
  return {
    id: secret.id,
    kind: secret.kind,
    public_key: secret.publicKey,
    created_at: timeOf(secret.createdAt),
    expires_at: timeOrNull(secret.expiresAt),
  };
}
