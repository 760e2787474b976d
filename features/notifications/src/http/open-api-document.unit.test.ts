import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { ruleSchema } from '../rules/rule-schema.ts';
import { openApiDocument } from './open-api-document.ts';

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly security: readonly { readonly bearer?: readonly string[] }[];
  readonly responses: Readonly<Record<string, object>>;
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly example?: unknown }>>;
  };
}

const document = openApiDocument();
const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    operation,
  })),
);

const faultsIn = async (text: Record<string, unknown>) =>
  (await new Validator().validate(text)).errors;

describe('the OpenAPI document', () => {
  it('is valid, by the schema of OpenAPI 3.1', async () => {
    expect(document['openapi']).toBe('3.1.0');
    expect(await faultsIn(openApiDocument())).toBeUndefined();
    const { info: _info, ...without } = openApiDocument();
    expect(await faultsIn(without)).not.toBeUndefined();
  });

  it('needs no token itself, as links to results need none', () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0);
    expect(open.map(({ name }) => name)).toEqual([
      'GET /v1/openapi.json',
      'GET /v1/results/{token}',
    ]);
  });

  it.each(operations.filter(({ operation }) => operation.security.length > 0))(
    'says of $name what it is, what it needs and what may go wrong',
    ({ operation }) => {
      expect(operation.summary).not.toBe('');
      const scope = operation.security[0]?.bearer?.[0] ?? '';
      expect(operation.description).toContain(`\`${scope}\``);
      expect(Object.keys(operation.responses)).toEqual(
        expect.arrayContaining(['401', '403', '429', '500', '503']),
      );
      for (const content of Object.values(operation.requestBody?.content ?? {})) {
        expect(content.example).toBeDefined();
      }
    },
  );

  it('shows a rule that would be taken', () => {
    const put = operations.find(({ name }) => name === 'PUT /v1/rules/{name}');
    const example = put?.operation.requestBody?.content['application/json']?.example;
    expect(ruleSchema.safeParse(example).success).toBe(true);
  });

  it('tells what endpoints receive', () => {
    expect(Object.keys(document['webhooks'] as object)).toEqual(
      expect.arrayContaining(['endpoint.verification']),
    );
  });

  it('holds no private thing of the machine that made it', () => {
    expect(JSON.stringify(document)).not.toMatch(/localhost|127\.0\.0\.1|\/work\//);
  });
});
