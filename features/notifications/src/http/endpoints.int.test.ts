import { REFUSED_URLS } from '@gemini-events/http/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type ApiBed, makeApiBed, ORIGIN } from './testing/api-bed.ts';

interface Created {
  readonly endpoint: { readonly id: string; readonly url: string; readonly state: string };
  readonly secret: { readonly id: string; readonly secret: string };
}
interface Page {
  readonly data: readonly { readonly id: string }[];
  readonly next: string | null;
}

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
  bed.audits.length = 0;
  bed.queued.length = 0;
});
afterAll(() => bed?.drop());

const create = async (more: object = {}): Promise<Created> =>
  (await bed.call(acme, 'POST', '/v1/endpoints', { url: `${ORIGIN}/a`, ...more })).body as Created;

describe('registering an endpoint', () => {
  it('shows its secret once, and never again in any answer', async () => {
    const answer = await bed.call(acme, 'POST', '/v1/endpoints', { url: `${ORIGIN}/a` });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { endpoint, secret } = answer.body as Created;
    expect(secret.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(endpoint.state).toBe('unverified');
    const paths = ['', `/${endpoint.id}`, `/${endpoint.id}/secrets`, `/${endpoint.id}/deliveries`];
    for (const path of paths) {
      const { status, body } = await bed.call(acme, 'GET', `/v1/endpoints${path}`);
      expect([path, status]).toEqual([path, 200]);
      expect(JSON.stringify(body)).not.toContain('whsec_');
    }
    const stored = JSON.stringify(
      await bed.pool.query('select * from gemini_events.notify_secrets'),
    );
    expect(stored).not.toContain(secret.secret.slice(6));
    expect(JSON.stringify(bed.audits)).not.toContain('whsec_');
  });

  it('is written down before it is done, with the host of the URL and no more of it', async () => {
    const { endpoint } = await create({ url: `${ORIGIN}/secret-path?token=secret` });
    expect(bed.audits).toMatchObject([
      {
        action: 'endpoint.create',
        target: endpoint.id,
        detail: { owner: 'acme', host: '127.0.0.1:9' },
      },
    ]);
    expect(bed.audits[0]?.actor).toMatch(/^token\/[0-9a-f]{16}$/);
    expect(JSON.stringify(bed.audits)).not.toContain('secret-path');
  });

  it('does not happen where it cannot be written down', async () => {
    const failing = bed.makeApp({ audit: () => Promise.reject(new Error('no audit')) });
    const before = await bed.dump();
    const answer = await bed.call(acme, 'POST', '/v1/endpoints', { url: `${ORIGIN}/a` }, failing);
    expect(answer).toMatchObject({ status: 500, body: { code: 'unexpected' } });
    expect(JSON.stringify(answer.body)).not.toContain('no audit');
    expect(await bed.dump()).toEqual(before);
    expect(String(bed.faults.at(-1))).toBe('Error: no audit');
  });

  it('is for an owner whom an operator names and a customer does not', async () => {
    const url = `${ORIGIN}/a`;
    const named = { url, owner: 'globex' };
    const byOperator = await bed.call(operator, 'POST', '/v1/endpoints', named);
    expect(byOperator).toMatchObject({ status: 201, body: { endpoint: { owner: 'globex' } } });
    expect(await bed.call(acme, 'POST', '/v1/endpoints', named)).toMatchObject({
      status: 403,
      body: { code: 'owner_forbidden' },
    });
    expect(await bed.call(operator, 'POST', '/v1/endpoints', { url })).toMatchObject({
      status: 400,
      body: { faults: [{ in: 'body', at: 'owner' }] },
    });
    for (const owner of ['', '.x', 'a b', 'x'.repeat(129), 'a\0']) {
      const answer = await bed.call(operator, 'POST', '/v1/endpoints', { url, owner });
      expect(answer.status).toBe(400);
    }
  });

  it.each(REFUSED_URLS.filter(([url]) => url !== ''))('refuses %s: %s', async (url, reason) => {
    const { endpoint } = await create();
    const before = await bed.dump();
    const problem = { status: 422, body: { code: 'url_refused', reason } };
    expect(await bed.call(acme, 'POST', '/v1/endpoints', { url })).toMatchObject(problem);
    const path = `/v1/endpoints/${endpoint.id}`;
    expect(await bed.call(acme, 'PATCH', path, { url })).toMatchObject(problem);
    expect(await bed.dump()).toEqual(before);
  });

  it('refuses a URL that is none or too long, and types that nobody sends', async () => {
    const long = `https://example.com/${'x'.repeat(2_048)}`;
    for (const url of ['', long, 7, null]) {
      expect((await bed.call(acme, 'POST', '/v1/endpoints', { url })).status).toBe(400);
    }
    for (const types of [[], ['batch.nothing'], ['batch', 'batch'], 'batch']) {
      const given = { url: `${ORIGIN}/a`, types };
      expect((await bed.call(acme, 'POST', '/v1/endpoints', given)).status).toBe(400);
    }
  });

  it('ends at fifty endpoints of an owner', async () => {
    for (let count = 0; count < 50; count += 1) await bed.makeEndpoint('acme');
    expect(await bed.call(acme, 'POST', '/v1/endpoints', { url: ORIGIN })).toMatchObject({
      status: 409,
      body: { code: 'too_many_endpoints' },
    });
  });
});

describe('an endpoint', () => {
  it('comes in pages by a cursor, each one once', async () => {
    for (let count = 0; count < 5; count += 1) await bed.makeEndpoint('acme');
    await bed.makeEndpoint('other');
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const { body } = await bed.call(acme, 'GET', `/v1/endpoints?limit=2${cursor}`);
      const page = body as Page;
      seen.push(...page.data.map(({ id }) => id));
      next = page.next;
    }
    expect(new Set(seen).size).toBe(5);
    const all = (await bed.call(operator, 'GET', '/v1/endpoints')).body as Page;
    expect(all.data).toHaveLength(6);
    const ofOne = await bed.call(operator, 'GET', '/v1/endpoints?owner=other');
    expect((ofOne.body as Page).data).toHaveLength(1);
  });

  it('changes what is given and nothing else; no change is one too', async () => {
    const { endpoint } = await create({ description: 'one', types: ['batch'] });
    const path = `/v1/endpoints/${endpoint.id}`;
    const description = 'tw\0o';
    const changed = await bed.call(acme, 'PATCH', path, { description, max_per_second: 2 });
    expect(changed.body).toMatchObject({ description, types: ['batch'], max_per_second: 2 });
    expect((await bed.call(acme, 'PATCH', path, { types: null })).body).toMatchObject({
      description,
      types: null,
    });
    const audits = bed.audits.length;
    expect((await bed.call(acme, 'PATCH', path, {})).status).toBe(200);
    expect(bed.audits).toHaveLength(audits);
    for (const wrong of [{ owner: 'other' }, { state: 'active' }, { max_per_second: 0 }]) {
      expect((await bed.call(acme, 'PATCH', path, wrong)).status).toBe(400);
    }
  });

  it('has to be verified anew when its URL changes', async () => {
    const { id } = await bed.makeEndpoint('acme');
    const answer = await bed.call(acme, 'PATCH', `/v1/endpoints/${id}`, { url: `${ORIGIN}/b#x` });
    expect(answer.body).toMatchObject({
      state: 'unverified',
      url: `${ORIGIN}/b`,
      verified_at: null,
    });
  });

  it('is disabled and enabled by its owner, unless an operator disabled it', async () => {
    const { id } = await bed.makeEndpoint('acme');
    const post = (token: string, action: string) =>
      bed.call(token, 'POST', `/v1/endpoints/${id}/${action}`);
    expect(await post(acme, 'disable')).toMatchObject({ body: { disabled_reason: 'owner' } });
    expect(await post(acme, 'enable')).toMatchObject({ body: { state: 'active' } });
    expect(bed.queued).toEqual([id]);
    expect(await post(operator, 'disable')).toMatchObject({
      body: { disabled_reason: 'operator' },
    });
    const refused = { status: 409, body: { code: 'disabled_by_operator' } };
    expect(await post(acme, 'disable')).toMatchObject({ body: { disabled_reason: 'operator' } });
    expect(await post(acme, 'enable')).toMatchObject(refused);
    expect(await post(acme, 'verify')).toMatchObject(refused);
    expect(await post(operator, 'enable')).toMatchObject({ body: { state: 'active' } });
  });

  it('is gone when it is removed', async () => {
    const { id } = await bed.makeEndpoint('acme');
    const answer = await bed.call(acme, 'DELETE', `/v1/endpoints/${id}`);
    expect([answer.status, answer.body]).toEqual([204, null]);
    expect((await bed.call(acme, 'GET', `/v1/endpoints/${id}`)).status).toBe(404);
  });

  it('rotates its secrets; a private key is never shown, its public key is', async () => {
    const { endpoint, secret } = await create();
    const path = `/v1/endpoints/${endpoint.id}/secrets`;
    const second = await bed.call(acme, 'POST', path, { overlap_seconds: 3_600 });
    expect(second).toMatchObject({ status: 201, body: { kind: 'v1', expires_at: null } });
    const key = await bed.call(acme, 'POST', path, { kind: 'v1a' });
    expect(key).toMatchObject({ status: 201, body: { kind: 'v1a', secret: null } });
    expect((key.body as { public_key: string }).public_key).toMatch(/^whpk_/);
    const listed = (await bed.call(acme, 'GET', path)).body as {
      data: readonly { id: string; expires_at: string | null }[];
    };
    expect(listed.data.map(({ expires_at }) => expires_at === null)).toEqual([true, true, false]);
    expect(listed.data.at(-1)?.id).toBe(secret.id);
    for (const wrong of [{ overlap_seconds: -1 }, { overlap_seconds: 604_801 }, { kind: 'v2' }]) {
      expect((await bed.call(acme, 'POST', path, wrong)).status).toBe(400);
    }
    for (let count = 0; count < 2; count += 1) await bed.call(acme, 'POST', path, {});
    expect(await bed.call(acme, 'POST', path, {})).toMatchObject({
      status: 409,
      body: { code: 'too_many_secrets' },
    });
  });
});
