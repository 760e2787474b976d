import { CUSTOMER_SCOPES, OPERATOR_SCOPES, type TokenScope } from '@gemini-events/access';
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

/** Every route that needs a token, with a body that fits; changes that remove things come last. */
const CALLS: readonly Call[] = Object.entries(paths)
  .flatMap(([template, operations]) =>
    Object.entries(operations).flatMap(([method, { security, requestBody }]) => {
      const scope = security[0]?.bearer?.[0];
      if (scope === undefined) return [];
      const body = requestBody?.content['application/json']?.example;
      return [{ method: method.toUpperCase(), template, scope, body }];
    }),
  )
  .sort((one, other) => Number(one.method === 'DELETE') - Number(other.method === 'DELETE'));

const isOperators = (scope: TokenScope): boolean => !CUSTOMER_SCOPES.some((each) => each === scope);
const names = ({ method, template }: Call): string => `${method} ${template}`;

describe('every route', () => {
  let bed: ApiBed;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    bed = await makeApiBed(inject('stack').databaseUrl);
    const endpoint = await bed.makeEndpoint('acme');
    await bed.makeEndpoint('other');
    ids.set('/v1/endpoints/{id}', endpoint.id);
    ids.set('/v1/deliveries/{id}', await bed.makeDelivery(endpoint.id, 'acme'));
    await bed.parts.rules.put({ name: 'failed-batches', definition: {}, actor: 'test' });
    ids.set('/v1/rules/{name}', 'failed-batches');
    const spare = await bed.parts.tokens.create({
      owner: 'acme',
      name: 'spare',
      scopes: ['endpoints:read'],
      expiresAt: null,
    });
    ids.set('/v1/tokens/{id}', spare.entry.id);
  });
  afterAll(() => bed?.drop());

  /** The path of acme's own thing. */
  const pathOf = ({ template }: Call): string => {
    const [known, id] = [...ids].find(([each]) => template.startsWith(each)) ?? ['', ''];
    return known === '' ? template : known.replace(/\{\w+\}/, id) + template.slice(known.length);
  };
  /** What is answered to each call; nothing in the database may have changed. */
  const statuses = async (
    tokenOf: (call: Call) => Promise<string | null>,
    change: (call: Call) => Call = (call) => call,
  ) => {
    const given = await Promise.all(CALLS.map((call) => tokenOf(call)));
    const before = await bed.dump();
    const audits = bed.audits.length;
    const result: Record<string, number> = {};
    for (const [at, call] of CALLS.entries()) {
      const { method, body } = change(call);
      const answer = await bed.call(given[at] ?? null, method, pathOf(call), body);
      result[names(call)] = answer.status;
    }
    expect(await bed.dump()).toEqual(before);
    expect(bed.audits).toHaveLength(audits);
    return result;
  };
  const all = (status: (call: Call) => number) =>
    Object.fromEntries(CALLS.map((call) => [names(call), status(call)]));

  it('is in the document, with its scope', () => {
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const registered = bed.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(new Set(registered)).toEqual(new Set(documented));
    // The document, and links to results.
    expect(CALLS).toHaveLength(documented.length - 2);
  });

  it('refuses who has no token, or one that is none, is revoked or has expired', async () => {
    const revoked = await bed.parts.tokens.create({
      owner: 'acme',
      name: 'revoked',
      scopes: OPERATOR_SCOPES,
      expiresAt: null,
    });
    await bed.parts.tokens.revoke(revoked.entry.id);
    const expired = await bed.makeToken('acme', OPERATOR_SCOPES, Date.now() - 1);
    const valid = await bed.makeToken('acme');
    const changed = `${valid.slice(0, -8)}AAAAAAAA`;
    for (const token of [null, 'garbage', changed, revoked.token, expired]) {
      expect(await statuses(() => Promise.resolve(token))).toEqual(all(() => 401));
    }
  });

  it('refuses a token without its scope', async () => {
    const tokenOf = ({ scope }: Call) =>
      bed.makeToken(
        isOperators(scope) ? null : 'acme',
        OPERATOR_SCOPES.filter((each) => each !== scope),
      );
    expect(await statuses(tokenOf)).toEqual(all(() => 403));
  });

  it('that is for operators refuses a customer, even one whose token has the scope', async () => {
    const token = await bed.makeToken('acme', OPERATOR_SCOPES);
    for (const call of CALLS.filter(({ scope }) => isOperators(scope))) {
      const before = await bed.dump();
      const answer = await bed.call(token, call.method, pathOf(call), call.body);
      expect([names(call), answer.status]).toEqual([names(call), 403]);
      expect(await bed.dump()).toEqual(before);
    }
  });

  it('neither shows nor changes what is another owner’s', async () => {
    const token = await bed.makeToken('other', OPERATOR_SCOPES);
    // Who names an owner when he registers an endpoint would register it for that one.
    const change = (call: Call): Call =>
      call.template === '/v1/endpoints' && call.method === 'POST'
        ? { ...call, body: { ...(call.body as object), owner: 'acme' } }
        : call;
    const expected = all(({ scope, template, method }) => {
      if (isOperators(scope)) return 403;
      if (template.includes('{id}')) return 404;
      return method === 'GET' ? 200 : 403;
    });
    expect(await statuses(() => Promise.resolve(token), change)).toEqual(expected);
    const { body } = await bed.call(token, 'GET', '/v1/endpoints');
    expect(JSON.stringify(body)).not.toContain('acme');
    expect((await bed.call(token, 'GET', '/v1/endpoints?owner=acme')).status).toBe(403);
  });

  it('answers for another owner’s thing exactly as for one that does not exist', async () => {
    const token = await bed.makeToken('other');
    const owned = CALLS.filter(
      ({ template, scope }) => template.includes('{id}') && !isOperators(scope),
    );
    const absent = ['ep_000000000000000000000000', '999999999', 'x', '%00', '..%2Fendpoints', '-1'];
    for (const call of owned) {
      const others = await bed.call(token, call.method, pathOf(call), call.body);
      for (const id of absent) {
        const path = call.template.replace('{id}', id);
        const none = await bed.call(token, call.method, path, call.body);
        expect([path, none.status, none.body]).toEqual([path, 404, others.body]);
        expect([...none.headers]).toEqual([...others.headers]);
      }
    }
  });

  it('serves its owner, whose token has the scope, and the operator', async () => {
    bed.answerWith(({ body }) => ({
      head: (JSON.parse(body) as { data: { challenge: string } }).data.challenge,
    }));
    for (const call of CALLS) {
      const token = await bed.makeToken(isOperators(call.scope) ? null : 'acme', [call.scope]);
      const answer = await bed.call(token, call.method, pathOf(call), call.body);
      const { status } = answer;
      // The calls before have disabled or moved the endpoint: that is no refusal of the token.
      const isServed = (status >= 200 && status < 300) || status === 409;
      expect([names(call), status, isServed]).toEqual([names(call), status, true]);
    }
    expect(bed.audits.length).toBeGreaterThan(10);
  });
});
