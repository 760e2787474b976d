import { BridgeError } from '@gemini-events/events';
import { createRoute, z } from '@hono/zod-openapi';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Api } from './api.ts';
import { createApiApp } from './create-api-app.ts';
import { type ApiAbout, documentOf } from './document.ts';
import type { Principal } from './principal.ts';
import { defineProblems } from './problems/define-problems.ts';
import { json, jsonBody } from './schemas.ts';
import { securedBy } from './secured.ts';
import { createAnswerCheck } from './testing/check-answer.ts';

const own = defineProblems(
  { thing_broken: [409, 'The thing is broken'], thing_hidden: [404, 'The thing is hidden'] },
  { part: 'Of `thing_broken`: what is.' },
);
const { problem, problems } = own;
const secured = securedBy(() => true);

const ABOUT: ApiAbout = {
  title: 'things',
  version: '1.0.0',
  description: 'About things.',
  scopes: { customers: [], operators: ['runs:read', 'runs:write'] },
  problems: [own],
};

const thingSchema = z.strictObject({ name: z.string().max(5) }).openapi('Thing');

const put = createRoute({
  method: 'put',
  path: '/v1/things/{id}',
  ...secured('runs:write', 'Put a thing'),
  request: { params: z.object({ id: z.string() }), body: jsonBody(thingSchema, { name: 'a' }) },
  responses: { 200: json(thingSchema, 'The thing.'), ...problems(400, 404, 409, 413, 415) },
});

const open = createRoute({
  method: 'get',
  path: '/v1/open',
  security: [],
  responses: { 200: json(thingSchema, 'Anybody’s thing.') },
});

const TOKENS: Readonly<Record<string, Omit<Principal, 'id'>>> = {
  writer: { owner: null, scopes: ['runs:write'] },
  reader: { owner: null, scopes: ['runs:read'] },
  customer: { owner: 'acme', scopes: ['runs:write'] },
};

let faults: unknown[];
let fail: () => void;
let app: Api;

beforeEach(() => {
  faults = [];
  fail = () => undefined;
  app = createApiApp({
    about: ABOUT,
    tokens: {
      idOf: () => null,
      check: (id) => Promise.resolve(TOKENS[id] === undefined ? null : { id, ...TOKENS[id] }),
    },
    addOpenRoutes: (to) => void to.openapi(open, (context) => context.json({ name: 'a' }, 200)),
    addRoutes(to) {
      to.openapi(put, (context) => {
        fail();
        return context.json(context.req.valid('json'), 200);
      });
    },
    onFault: (error) => void faults.push(error),
    now: () => 0,
  });
});

async function call(token: string | null, method: string, path: string, body?: unknown) {
  const response = await app.request(path, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { status, headers } = response;
  const given: unknown = await response.json();
  const answer = { status, type: headers.get('content-type'), body: given };
  expect(createAnswerCheck(documentOf(app, ABOUT))({ method, path }, answer)).toEqual([]);
  return { status, headers, body: given };
}
const putThing = (token: string | null, name = 'a') => call(token, 'PUT', '/v1/things/1', { name });

describe('an API', () => {
  it('serves who has a token with the scope, and hides its answers from caches', async () => {
    const { status, body, headers } = await putThing('writer');
    expect([status, body]).toEqual([200, { name: 'a' }]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('refuses no token, a wrong one, one without the scope, and a customer’s', async () => {
    const answers = [null, 'wrong', 'reader', 'customer'].map((token) => putThing(token));
    const codes = (await Promise.all(answers)).map(({ body }) => (body as { code: string }).code);
    expect(codes).toEqual(['unauthorized', 'unauthorized', 'scope_missing', 'scope_missing']);
  });

  it('asks nobody for a token on its open routes and for its document', async () => {
    expect((await call(null, 'GET', '/v1/open')).body).toEqual({ name: 'a' });
    expect((await call(null, 'GET', '/v1/openapi.json')).body).toEqual(documentOf(app, ABOUT));
  });

  it('answers what the service throws, with its members', async () => {
    fail = () => {
      throw problem('thing_broken', { detail: 'It fell.', part: 'lid' }, 1_500);
    };
    const { status, headers, body } = await putThing('writer');
    expect([status, headers.get('retry-after')]).toEqual([409, '2']);
    expect(body).toEqual({
      type: 'about:blank',
      title: 'The thing is broken',
      status: 409,
      code: 'thing_broken',
      detail: 'It fell.',
      part: 'lid',
    });
  });

  it('names faults, and methods that a path knows', async () => {
    const { body } = await putThing('writer', 'too long');
    expect(body).toMatchObject({ code: 'invalid_request', faults: [{ in: 'body', at: 'name' }] });
    const { status, headers } = await call('writer', 'DELETE', '/v1/things/1');
    expect([status, headers.get('allow')]).toEqual([405, 'PUT']);
  });

  it('takes no body that is too large', async () => {
    expect(await putThing('writer', 'x'.repeat(70_000))).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
  });

  it('says come again where a part is away, and nothing of what was not foreseen', async () => {
    fail = () => {
      throw new BridgeError('ERR_KAFKA_UNAVAILABLE', 'secret broker');
    };
    expect(await putThing('writer')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(faults).toEqual([]);
    const bug = new TypeError('secret');
    fail = () => {
      throw bug;
    };
    const { status, body } = await putThing('writer');
    expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining('secret')]);
    expect(faults).toEqual([bug]);
  });
});

describe('the document', () => {
  it('says which scopes there are, and whose problems may come', () => {
    const { info, components, paths } = documentOf(app, ABOUT) as {
      info: { description: string };
      components: {
        securitySchemes: { bearer: { description: string } };
        schemas: { Problem: { properties: Record<string, { enum?: string[] }> } };
      };
      paths: Record<string, Record<string, { responses: Record<string, object> }>>;
    };
    expect(info.description).toMatch(/^About things\.\n\nLists come in pages/);
    const { bearer } = components.securitySchemes;
    expect(bearer.description).toBe('Scopes, all for operators alone: `runs:read`, `runs:write`.');
    const { properties } = components.schemas.Problem;
    expect(Object.keys(properties)).toContain('part');
    expect(properties['code']?.enum).toEqual(expect.arrayContaining(['thing_broken', 'not_found']));
    expect(paths['/v1/things/{id}']?.['put']?.responses['404']).toMatchObject({
      description: '`not_found`: There is no such thing. `thing_hidden`: The thing is hidden.',
    });
  });
});
