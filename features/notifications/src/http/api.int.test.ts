import { AGENT_SCOPES, createPostgresApiTokens } from '@gemini-events/access';
import { BridgeError } from '@gemini-events/events';
import { createCursors } from '@gemini-events/http-api';
import { createPool } from '@gemini-events/postgres';
import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type ApiBed, makeApiBed } from './testing/api-bed.ts';

let bed: ApiBed;
let acme: string;
let operator: string;

beforeAll(async () => {
  bed = await makeApiBed(inject('stack').databaseUrl);
});
beforeEach(async () => {
  await bed.clear();
  acme = await bed.makeToken('acme');
  operator = await bed.makeToken(null);
});
afterAll(() => bed?.drop());

describe('what cannot be answered as it was meant', () => {
  it('is a problem by RFC 9457', async () => {
    const { status, headers, body } = await bed.call(acme, 'GET', '/v1/nothing');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toEqual({
      type: 'about:blank',
      title: 'There is no such thing',
      status: 404,
      code: 'not_found',
    });
    expect((await bed.call(null, 'GET', '/')).status).toBe(404);
  });

  it('asks for a token first, also where there is nothing', async () => {
    const { status, headers } = await bed.call(null, 'GET', '/v1/nothing');
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  it('names the methods that a path knows', async () => {
    const { status, headers, body } = await bed.call(acme, 'PUT', '/v1/endpoints');
    expect([status, headers.get('allow')]).toEqual([405, 'POST, GET']);
    expect(body).toMatchObject({ code: 'method_not_allowed' });
  });

  it('names the faults of a request and never what stood there', async () => {
    const given = { url: 'https://example.com/', types: ['top-secret'], 'hidden-name': 1 };
    const { status, body } = await bed.call(acme, 'POST', '/v1/endpoints', given);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'invalid_request',
      faults: [
        { in: 'body', at: 'types.0' },
        { in: 'body', at: '', message: 'has names that are not known' },
      ],
    });
    expect(JSON.stringify(body)).not.toMatch(/top-secret|hidden-name/);
    const query = await bed.call(acme, 'GET', '/v1/endpoints?limit=101');
    expect(query.body).toMatchObject({ faults: [{ in: 'query', at: 'limit' }] });
    for (const limit of ['0', '-1', 'x', '1.5']) {
      expect((await bed.call(acme, 'GET', `/v1/endpoints?limit=${limit}`)).status).toBe(400);
    }
  });

  it('is a body that is no JSON, says that it is something else, or is too large', async () => {
    const post = async (body: string, type: string | null, length = true) => {
      const response = await bed.app.request('/v1/endpoints', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${acme}`,
          ...(type === null ? {} : { 'content-type': type }),
          ...(length ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
        },
        body,
      });
      return [response.status, ((await response.json()) as { code: string }).code];
    };
    const json = 'application/json';
    expect(await post('{"url"', json)).toEqual([400, 'invalid_request']);
    expect(await post('{}', 'text/plain')).toEqual([415, 'unsupported_media_type']);
    expect(await post('', json)).toEqual([400, 'invalid_request']);
    const large = JSON.stringify({ url: 'x'.repeat(65_536) });
    expect(await post(large, json)).toEqual([413, 'body_too_large']);
    expect(await post(large, json, false)).toEqual([413, 'body_too_large']);
  });

  it('is a cursor of another list, or one that was made up', async () => {
    const other = createCursors('tokens', z.unknown()).write({ createdAt: 1, id: '0'.repeat(16) });
    const mine = createCursors('endpoints', z.unknown());
    const wrong = [
      'x',
      '',
      other,
      mine.write(7),
      mine.write({ createdAt: -1, id: 'ep_000000000000000000000000' }),
      mine.write({ createdAt: 1, id: 'ep_\0' }),
      `${mine.write({ createdAt: 1, id: 'ep_000000000000000000000000' })}=`,
    ];
    for (const cursor of wrong) {
      const { body } = await bed.call(
        acme,
        'GET',
        `/v1/endpoints?cursor=${encodeURIComponent(cursor)}`,
      );
      expect([cursor, body]).toMatchObject([cursor, { status: 400, code: 'invalid_cursor' }]);
    }
  });

  it('is a database that is away: come back later', async () => {
    const away = createPool({
      connectionString: 'postgres://postgres@127.0.0.1:1/none',
      applicationName: 'test',
    });
    const app = bed.makeApp({ tokens: createPostgresApiTokens(away) });
    const { status, headers, body } = await bed.call(acme, 'GET', '/v1/endpoints', undefined, app);
    await away.close();
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    expect(body).toMatchObject({ code: 'unavailable' });
  });

  it('says nothing of what was not foreseen', async () => {
    const secret = new BridgeError('ERR_POSTGRES_REFUSED', 'relation secret_table does not exist');
    const app = bed.makeApp({
      rules: { ...bed.parts.rules, list: () => Promise.reject(secret) },
    });
    const { status, body } = await bed.call(operator, 'GET', '/v1/rules', undefined, app);
    expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining('secret')]);
    expect(bed.faults.at(-1)).toBe(secret);
  });
});

describe('how often', () => {
  it('a token may be used is limited, each by itself', async () => {
    const app = bed.makeApp();
    const other = await bed.makeToken('acme');
    const call = async (token: string) => {
      bed.pass(-1_000);
      return bed.call(token, 'GET', '/v1/endpoints', undefined, app);
    };
    const statuses = new Set<number>();
    for (let count = 0; count < 50; count += 1) statuses.add((await call(acme)).status);
    expect([...statuses]).toEqual([200]);
    const { status, headers } = await call(acme);
    expect([status, headers.get('retry-after')]).toEqual([429, '1']);
    expect((await call(other)).status).toBe(200);
    bed.pass(50);
    expect((await call(acme)).status).toBe(200);
  });

  it('wrong tokens are looked up is limited, and tokens that were right are not', async () => {
    let lookups = 0;
    const { tokens } = bed.parts;
    const app = bed.makeApp({
      tokens: {
        ...tokens,
        check: (token) => {
          lookups += 1;
          return tokens.check(token);
        },
      },
    });
    const call = async (token: string) => {
      bed.pass(-1_000);
      return (await bed.call(token, 'GET', '/v1/endpoints', undefined, app)).status;
    };
    expect(await call(acme)).toBe(200);
    for (let count = 0; count < 100; count += 1) expect(await call('wrong')).toBe(401);
    lookups = 0;
    expect(await call('wrong')).toBe(429);
    expect(await call(operator)).toBe(429);
    expect(lookups).toBe(0);
    expect(await call(acme)).toBe(200);
    bed.pass(1_000);
    expect(await call(operator)).toBe(200);
  });
});

describe('tokens', () => {
  it('are made for a customer or an operator, shown once, and revoked', async () => {
    const given = { owner: 'acme', name: 'ci', scopes: ['endpoints:read'] };
    const made = await bed.call(operator, 'POST', '/v1/tokens', given);
    expect(made).toMatchObject({ status: 201, body: { entry: { ...given, expires_at: null } } });
    const { token, entry } = made.body as { token: string; entry: { id: string } };
    expect((await bed.call(token, 'GET', '/v1/endpoints')).status).toBe(200);
    const listed = await bed.call(operator, 'GET', '/v1/tokens?limit=1');
    expect(listed.body).toMatchObject({ data: [{ id: entry.id }] });
    expect(JSON.stringify(listed.body)).not.toContain('gne_');
    const path = `/v1/tokens/${entry.id}`;
    expect((await bed.call(operator, 'DELETE', path)).status).toBe(204);
    expect((await bed.call(token, 'GET', '/v1/endpoints')).status).toBe(401);
    expect((await bed.call(operator, 'DELETE', path)).status).toBe(404);
    expect(JSON.stringify(bed.audits)).not.toContain('gne_');
  });

  it('of a customer have no scope of an operator', async () => {
    const given = { owner: 'acme', name: 'x', scopes: ['endpoints:read', 'tokens:write'] };
    const { status, body } = await bed.call(operator, 'POST', '/v1/tokens', given);
    expect(status).toBe(400);
    expect(body).toMatchObject({ faults: [{ in: 'body', at: 'scopes' }] });
    const all = { ...given, owner: null };
    expect((await bed.call(operator, 'POST', '/v1/tokens', all)).status).toBe(201);
  });

  it('of an operator may be good at the agent’s API, and those of a customer never', async () => {
    const given = { owner: null, name: 'approver', scopes: AGENT_SCOPES };
    const made = await bed.call(operator, 'POST', '/v1/tokens', given);
    expect(made).toMatchObject({ status: 201, body: { entry: given } });
    const { token } = made.body as { token: string };
    expect(await bed.parts.tokens.check(token)).toMatchObject({ scopes: AGENT_SCOPES });
    expect((await bed.call(token, 'GET', '/v1/endpoints')).status).toBe(403);
    for (const scope of AGENT_SCOPES) {
      const customers = { owner: 'acme', name: 'x', scopes: [scope] };
      const { status, body } = await bed.call(operator, 'POST', '/v1/tokens', customers);
      expect([scope, status, body]).toMatchObject([scope, 400, { faults: [{ at: 'scopes' }] }]);
    }
  });
});

describe('rules', () => {
  it('are put, shown and removed; what reads them is told each time', async () => {
    const definition = { on: ['batch.failed'], nested: { text: 'a\0' } };
    const told = bed.rulesChanged();
    const put = await bed.call(operator, 'PUT', '/v1/rules/failed', definition);
    expect(put).toMatchObject({ status: 200, body: { name: 'failed', definition } });
    expect((await bed.call(operator, 'GET', '/v1/rules/failed')).body).toEqual(put.body);
    expect((await bed.call(operator, 'GET', '/v1/rules')).body).toMatchObject({ data: [put.body] });
    expect((await bed.call(operator, 'DELETE', '/v1/rules/failed')).status).toBe(204);
    expect((await bed.call(operator, 'DELETE', '/v1/rules/failed')).status).toBe(404);
    expect(bed.rulesChanged() - told).toBe(2);
  });

  it('with faults change nothing, and the faults are told', async () => {
    const { status, body } = await bed.call(operator, 'PUT', '/v1/rules/x', { faulty: 1 });
    expect([status, body]).toMatchObject([
      422,
      { code: 'rule_invalid', detail: 'faulty: is not known' },
    ]);
    expect(await bed.parts.rules.list()).toEqual([]);
  });
});
