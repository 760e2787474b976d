import { AGENT_SCOPES } from '@gemini-events/access';
import { describe, expect, it } from 'vitest';
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

describe('the OpenAPI document', () => {
  it('needs no token itself, as Slack needs none', () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0);
    expect(open.map(({ name }) => name)).toEqual(['GET /v1/openapi.json', 'POST /slack/actions']);
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

  it('asks for every scope of the agent and for no other', () => {
    const scopes = operations.flatMap(({ operation }) => operation.security[0]?.bearer ?? []);
    expect(new Set(scopes)).toEqual(new Set(AGENT_SCOPES));
  });

  it('holds no private thing of the machine that made it', () => {
    expect(JSON.stringify(document)).not.toMatch(/localhost|127\.0\.0\.1|\/work\//);
  });
});
