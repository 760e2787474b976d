import { describe, expect, it } from 'vitest';
import { createFakeHttp } from '../testing/fake-http.ts';

const API = 'https://api.example.com';
const FILES = 'https://files.example.org';
const policy = { allowedHosts: ['api.example.com', 'files.example.org'] };
const signal = new AbortController().signal;
const credentials = { origin: API, headers: { 'x-goog-api-key': 'secret-key' } };
const redirect = (location: string) => ({ status: 302, headers: { location } });

describe('calls and their redirects', () => {
  it('follows a redirect to a listed host, without the key', async () => {
    const { client, calls, on } = createFakeHttp(policy);
    on(`${API}/a`, redirect(`${FILES}/b`));
    on(`${FILES}/b`, { body: 'bytes' });
    const answer = await client.open({ url: `${API}/a`, credentials, signal });
    expect(answer.status).toBe(200);
    expect(calls.map(({ headers }) => headers['x-goog-api-key'])).toEqual([
      'secret-key',
      undefined,
    ]);
  });

  it('does not send the key to its own host any more, once a request was elsewhere', async () => {
    const { client, calls, on } = createFakeHttp(policy);
    on(`${API}/a`, redirect(`${FILES}/b`));
    on(`${FILES}/b`, redirect(`${API}/c`));
    on(`${API}/c`, {});
    await client.open({ url: `${API}/a`, credentials, signal });
    expect(calls.map(({ headers }) => headers['x-goog-api-key'])).toEqual([
      'secret-key',
      undefined,
      undefined,
    ]);
  });

  it('keeps the key on a redirect within its host, also a relative one', async () => {
    const { client, calls, on } = createFakeHttp(policy);
    on(`${API}/a`, redirect('/b?c=1'));
    on(`${API}/b?c=1`, {});
    await client.open({ url: `${API}/a`, credentials, signal });
    expect(calls.at(-1)?.headers['x-goog-api-key']).toBe('secret-key');
  });

  it.each([
    ['a private address', 'https://10.0.0.1/', 'address'],
    ['a metadata service', 'http://169.254.169.254/latest', 'scheme'],
    ['a host that is not listed', 'https://evil.org/', 'host'],
    ['plain http', 'http://api.example.com/', 'scheme'],
    ['a file', 'file:///etc/passwd', 'scheme'],
    ['user info', 'https://x@api.example.com/', 'user_info'],
  ])('refuses a redirect to %s, and sends nothing there', async (_, location, reason) => {
    const { client, calls, on } = createFakeHttp(policy);
    on(`${API}/a`, redirect(location));
    await expect(client.open({ url: `${API}/a`, credentials, signal })).rejects.toMatchObject({
      code: 'ERR_HTTP_REFUSED',
      data: { reason },
    });
    expect(calls).toHaveLength(1);
  });

  it('takes a redirect from elsewhere to an own origin as one to any private address', async () => {
    const own = 'http://127.0.0.1:8090';
    const { client, on } = createFakeHttp({ ...policy, ownOrigins: [own] });
    on(`${FILES}/a`, redirect(`${own}/admin`));
    await expect(client.open({ url: `${FILES}/a`, signal })).rejects.toMatchObject({
      code: 'ERR_HTTP_REFUSED',
    });
  });

  it('gives up on redirects that do not end', async () => {
    const { client, on } = createFakeHttp(policy);
    for (let hop = 0; hop < 6; hop += 1) on(`${API}/${hop}`, redirect(`/${hop + 1}`));
    await expect(client.open({ url: `${API}/0`, signal })).rejects.toMatchObject({
      code: 'ERR_HTTP_UNAVAILABLE',
    });
  });

  it('refuses all other traffic in tests', async () => {
    const { client } = createFakeHttp(policy);
    await expect(client.open({ url: `${API}/not-said`, signal })).rejects.toMatchObject({
      code: 'ERR_HTTP_UNAVAILABLE',
    });
  });
});
