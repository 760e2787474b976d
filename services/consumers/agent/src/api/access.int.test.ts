import { AGENT_SCOPES, TOKEN_SCOPES, type TokenScope } from '@gemini-events/access';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openApiDocument } from './open-api-document.ts';
import { type ApiBed, makeApiBed } from './testing/api-bed.ts';

interface Operation {
  readonly security: readonly { readonly bearer?: readonly TokenScope[] }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly example: unknown }>>;
  };
}

interface Call {
  readonly method: string;
  readonly template: string;
  readonly scope: TokenScope;
  readonly body: unknown;
}

const paths = openApiDocument()['paths'] as Readonly<Record<string, Record<string, Operation>>>;

/** Every route that needs a token, with a body that fits. */
const CALLS: readonly Call[] = Object.entries(paths).flatMap(([template, operations]) =>
  Object.entries(operations).flatMap(([method, { security, requestBody }]) => {
    const scope = security[0]?.bearer?.[0];
    if (scope === undefined) return [];
    const body = requestBody?.content['application/json']?.example;
    return [{ method: method.toUpperCase(), template, scope, body }];
  }),
);

const names = ({ method, template }: Call): string => `${method} ${template}`;

describe('every route', () => {
  let bed: ApiBed;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    bed = await makeApiBed(inject('stack').databaseUrl);
    ids.set('/v1/approvals/', await bed.makeApproval());
    ids.set('/v1/runs/', await bed.makeRun());
  });
  afterAll(() => bed?.drop());

  const pathOf = ({ template }: Call): string => {
    const [, id = ''] = [...ids].find(([each]) => template.startsWith(each)) ?? [];
    return template.replace('{id}', encodeURIComponent(id));
  };
  /** What is answered to each call; nothing in the database may have changed. */
  const statuses = async (tokenOf: (call: Call) => Promise<string | null>) => {
    const given = await Promise.all(CALLS.map((call) => tokenOf(call)));
    const before = await bed.dump();
    const audits = bed.audits.length;
    const result: Record<string, number> = {};
    for (const [at, call] of CALLS.entries()) {
      const answer = await bed.call(given[at] ?? null, call.method, pathOf(call), call.body);
      result[names(call)] = answer.status;
    }
    expect(await bed.dump()).toEqual(before);
    expect(bed.audits).toHaveLength(audits);
    return result;
  };
  const all = (status: number) => Object.fromEntries(CALLS.map((call) => [names(call), status]));

  it('is in the document, with its scope, but for the document and Slack', () => {
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const registered = bed.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(new Set(registered)).toEqual(new Set(documented));
    const open = documented.filter((name) => !CALLS.some((call) => names(call) === name));
    expect(open.sort()).toEqual(['GET /v1/openapi.json', 'POST /slack/actions']);
  });

  it('refuses who has no token, or one that is none, is revoked or has expired', async () => {
    const revoked = await bed.makeToken();
    await bed.revoke(revoked.id);
    const expired = await bed.makeToken(null, AGENT_SCOPES, Date.now() - 1);
    const valid = await bed.makeToken();
    const changed = `${valid.token.slice(0, -8)}AAAAAAAA`;
    for (const token of [null, 'garbage', changed, revoked.token, expired.token]) {
      expect(await statuses(() => Promise.resolve(token))).toEqual(all(401));
    }
  });

  it('refuses a token without its scope', async () => {
    const tokenOf = async ({ scope }: Call) => {
      const scopes = TOKEN_SCOPES.filter((each) => each !== scope);
      return (await bed.makeToken(null, scopes)).token;
    };
    expect(await statuses(tokenOf)).toEqual(all(403));
  });

  it('refuses a customer, even one whose token has the scope', async () => {
    const { token } = await bed.makeToken('acme', TOKEN_SCOPES);
    expect(await statuses(() => Promise.resolve(token))).toEqual(all(403));
  });

  it('answers that there is nothing where an id is made up', async () => {
    const { token } = await bed.makeToken();
    const absent = [
      'ap_1',
      'x',
      '%00',
      '..%2Fruns',
      '-1',
      'a%2Fb',
      '%ZZ',
      '%F0%9F',
      'x'.repeat(3_000),
    ];
    const before = await bed.dump();
    for (const call of CALLS.filter(({ template }) => template.includes('{id}'))) {
      for (const id of absent) {
        const path = call.template.replace('{id}', id);
        const { status } = await bed.call(token, call.method, path, call.body);
        expect([path, status]).toEqual([path, 404]);
      }
    }
    expect(await bed.dump()).toEqual(before);
    expect([bed.audits, bed.faults]).toEqual([[], []]);
  });

  it('serves a token with its scope alone', async () => {
    for (const call of CALLS) {
      const { token } = await bed.makeToken(null, [call.scope]);
      const { status } = await bed.call(token, call.method, pathOf(call), call.body);
      expect([names(call), status]).toEqual([names(call), expect.toSatisfy((is) => is < 300)]);
    }
  });
});
