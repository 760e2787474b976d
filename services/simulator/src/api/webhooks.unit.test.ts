import { beforeEach, describe, expect, it } from 'vitest';
import { type OpenSimulator, openSimulator } from '../testing/fixtures.ts';

interface Resource {
  readonly id: string;
  readonly name: string;
  readonly uri: string;
  readonly state: string;
  readonly subscribed_events: string[];
  readonly signing_secrets: { truncated_secret: string; expire_time?: string }[];
  readonly new_signing_secret?: string;
}
interface Failure {
  readonly error: { readonly code: number; readonly message: string };
}

const order = {
  name: 'production',
  uri: 'http://127.0.0.1:9/hook',
  subscribed_events: ['batch.succeeded', 'video.generated'],
};

describe.each(['v1', 'v1beta'])('webhooks under /%s', (version) => {
  const base = `/${version}/webhooks`;
  let call: OpenSimulator['call'];
  const create = async (more: object = {}): Promise<Resource> =>
    (await call<Resource>('POST', base, { ...order, ...more })).body;
  const get = (id: string) => call<Resource>('GET', `${base}/${id}`);

  beforeEach(() => {
    ({ call } = openSimulator());
  });

  it('are created with a secret that is shown once', async () => {
    const created = await create();
    expect(created).toMatchObject({ ...order, state: 'enabled' });
    expect(created.id).toMatch(/^[a-z0-9]{36}$/);
    const secret = created.new_signing_secret ?? '';
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(created.signing_secrets).toEqual([{ truncated_secret: `whsec_...${secret.slice(-4)}` }]);
    const { new_signing_secret: _, ...rest } = created;
    expect((await get(created.id)).body).toEqual(rest);
  });

  it('are listed in pages', async () => {
    const ids = [(await create()).id, (await create()).id, (await create()).id];
    interface List {
      readonly webhooks: Resource[];
      readonly next_page_token?: string;
    }
    const first = await call<List>('GET', `${base}?page_size=2`);
    const token = first.body.next_page_token ?? '';
    const second = await call<List>('GET', `${base}?page_size=2&page_token=${token}`);
    expect([...first.body.webhooks, ...second.body.webhooks].map(({ id }) => id)).toEqual(ids);
    expect(second.body).not.toHaveProperty('next_page_token');
    expect(first.body.webhooks[0]).not.toHaveProperty('new_signing_secret');
  });

  it('take the fields that a PATCH names and keep the others', async () => {
    const { id } = await create();
    const patched = await call('PATCH', `${base}/${id}?update_mask=uri`, { state: 'disabled' });
    expect(patched.body).toMatchObject({ ...order, state: 'disabled' });
    const change = { name: 'n', uri: 'http://localhost:1/', subscribed_events: ['batch.failed'] };
    await call('PATCH', `${base}/${id}`, change);
    expect((await get(id)).body).toMatchObject({ ...change, state: 'disabled' });
  });

  it('are gone once they are deleted', async () => {
    const { id } = await create();
    expect(await call('DELETE', `${base}/${id}`)).toMatchObject({ status: 200, body: {} });
    expect((await get(id)).status).toBe(404);
    expect((await call('DELETE', `${base}/${id}`)).status).toBe(404);
  });

  it('are pinged with {}, reachable or not', async () => {
    const simulator = openSimulator();
    const { body } = await simulator.call<Resource>('POST', base, order);
    const pinged = await simulator.call('POST', `${base}/${body.id}:ping`);
    expect([pinged.status, pinged.body]).toEqual([200, {}]);
    await simulator.close();
  });

  it.each([':rotateSigningSecret', '/rotate_secret'])(
    'keep a former secret for a day when they are rotated by %s',
    async (path) => {
      const { id, new_signing_secret: former = '' } = await create();
      const before = Date.now();
      const rotated = await call<{ secret: string }>('POST', `${base}/${id}${path}`);
      const { secret } = rotated.body;
      expect(secret).toMatch(/^whsec_/);
      expect(secret).not.toBe(former);
      const [old, fresh] = (await get(id)).body.signing_secrets;
      expect(old?.truncated_secret).toBe(`whsec_...${former.slice(-4)}`);
      expect(fresh).toEqual({ truncated_secret: `whsec_...${secret.slice(-4)}` });
      const expires = Date.parse(old?.expire_time ?? '');
      expect(expires).toBeGreaterThanOrEqual(before + 24 * 3_600_000);
      expect(expires).toBeLessThanOrEqual(Date.now() + 24 * 3_600_000);
    },
  );

  it.each(['revoke_previous_secrets_immediately', 'REVOKE_PREVIOUS_SECRETS_IMMEDIATELY'])(
    'drop the former secret at once with %s',
    async (revocation_behavior) => {
      const { id } = await create();
      const path = `${base}/${id}:rotateSigningSecret`;
      const { secret } = (await call<{ secret: string }>('POST', path, { revocation_behavior }))
        .body;
      expect((await get(id)).body.signing_secrets).toEqual([
        { truncated_secret: `whsec_...${secret.slice(-4)}` },
      ]);
    },
  );

  it.each([
    [
      { subscribedEvents: ['batch.failed'] },
      "'subscribedEvents'. Did you mean 'subscribed_events'?",
    ],
    [{ colour: 'red' }, "Unknown parameter 'colour'."],
  ])('refuse the unknown parameters of %o', async (more, words) => {
    const { status, body } = await call<Failure>('POST', base, { ...order, ...more });
    expect(status).toBe(400);
    expect(body.error.message).toContain(words);
  });

  it('tell the right spelling also of a field that is missing because of it', async () => {
    const { uri, subscribed_events: subscribedEvents } = order;
    const { status, body } = await call<Failure>('POST', base, { uri, subscribedEvents });
    expect(status).toBe(400);
    expect(body.error.message).toBe(
      "Unknown parameter 'subscribedEvents'. Did you mean 'subscribed_events'?",
    );
  });

  it.each([
    [{ uri: undefined }, 'uri'],
    [{ subscribed_events: [] }, 'subscribed_events'],
    [{ subscribed_events: ['batch.cancelled'] }, 'subscribed_events.0'],
    [{ subscribed_events: ['batch.completed'] }, 'subscribed_events.0'],
    [{ uri: 'https://example.com/hook' }, 'loopback'],
    [{ uri: 'http://127.0.0.1.example.com/' }, 'loopback'],
    [{ uri: 'ftp://127.0.0.1/' }, 'http'],
    [{ uri: 'nothing' }, 'http'],
  ])('refuse %o', async (more, words) => {
    const { status, body } = await call<Failure>('POST', base, { ...order, ...more });
    expect([status, body.error.code]).toEqual([400, 400]);
    expect(body.error.message).toContain(words);
    expect((await call('GET', base)).body).toEqual({});
  });

  it('refuse a PATCH to another host, and keep their URI', async () => {
    const { id } = await create();
    const patched = await call('PATCH', `${base}/${id}`, { uri: 'https://example.com/' });
    expect(patched.status).toBe(400);
    expect((await get(id)).body.uri).toBe(order.uri);
  });

  it('may lie beyond loopback where that is allowed, but are posted to by http only', async () => {
    const open = openSimulator({ allowsRemote: true });
    const status = async (uri: string): Promise<number> =>
      (await open.call('POST', base, { ...order, uri })).status;
    expect(await status('https://example.com/')).toBe(200);
    expect(await status('ftp://example.com/')).toBe(400);
  });
});
