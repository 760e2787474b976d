import { describe, expect, it } from 'vitest';
import { googleError, openSimulator } from './testing/fixtures.ts';

describe('the API key', () => {
  const paths = ['/v1/batches', '/v1beta/batches', '/download/v1beta/files/x:download', '/v1/none'];

  it.each(paths)('is needed for %s', async (path) => {
    const { call } = openSimulator();
    const { status, body } = await call('GET', path, undefined, {});
    expect(status).toBe(403);
    expect(body).toEqual(
      googleError(403, 'PERMISSION_DENIED', expect.stringContaining('API key') as string),
    );
  });

  it('may be any where the simulator was given none', async () => {
    const { call } = openSimulator();
    expect((await call('GET', '/v1/batches', undefined, { 'x-goog-api-key': 'k' })).status).toBe(
      200,
    );
  });

  it('has to be the right one where there is a right one', async () => {
    const { call } = openSimulator({ apiKey: 'right' });
    const status = async (key: string): Promise<number> =>
      (await call('GET', '/v1/batches', undefined, { 'x-goog-api-key': key })).status;
    expect([await status('right'), await status('wrong')]).toEqual([200, 403]);
  });

  it('is not needed for the public keys and the control calls', async () => {
    const { call } = openSimulator({ apiKey: 'right' });
    const paths = ['/.well-known/jwks.json', '/simulator/runs/api'];
    const answers = await Promise.all(paths.map((path) => call('GET', path, undefined, {})));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('the API', () => {
  it.each(['batches', 'files', 'webhooks'])(
    'answers {} for no %s, in both versions',
    async (list) => {
      const { call } = openSimulator();
      for (const version of ['v1', 'v1beta']) {
        expect(await call('GET', `/${version}/${list}`)).toMatchObject({ status: 200, body: {} });
      }
    },
  );

  it.each([
    ['GET', '/v1/nothing'],
    ['GET', '/nothing'],
    ['GET', '/v1/batches/b0'],
    ['GET', '/v1/files/f0'],
    ['GET', '/v1/interactions/i0'],
    ['GET', '/v1/models/veo/operations/o0'],
    ['GET', '/v1/webhooks/w0'],
    ['POST', '/v1/batches/b0:cancel'],
    ['POST', '/v1/batches/b0:what'],
    ['POST', '/v1/models/m:what'],
    ['POST', '/v1/webhooks/w0:ping'],
    ['POST', '/v1/webhooks/w0:what'],
    ['POST', '/v1/webhooks/w0:rotateSigningSecret'],
    ['GET', '/simulator/runs/r0'],
  ])('answers %s %s, which it does not know, with 404', async (method, path) => {
    const { call, faults } = openSimulator();
    expect(await call(method, path)).toMatchObject({
      status: 404,
      body: { error: { code: 404, status: 'NOT_FOUND' } },
    });
    expect(faults).toEqual([]);
  });

  it.each(['{"input":', '[]', '"text"', 'null'])('refuses the body %s', async (text) => {
    const { call } = openSimulator();
    expect(await call('POST', '/v1/interactions', text)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('Invalid JSON payload') as string } },
    });
  });

  it('answers a fault of its own with 500, and tells its cause to the log only', async () => {
    const cause = new Error('a detail');
    const { call, faults } = openSimulator({}, () => {
      throw cause;
    });
    const { status, body } = await call('POST', '/v1/interactions', { model: 'm', input: 'hi' });
    expect(status).toBe(500);
    expect(body).toEqual(googleError(500, 'INTERNAL', 'Internal error encountered.'));
    expect(faults).toEqual([cause]);
  });
});
