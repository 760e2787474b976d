import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { listen } from './listen.ts';

const app = new Hono().get('/', (context) => context.text('here'));

describe('listening', () => {
  it('serves the app on the port that it tells, until it is closed', async () => {
    const server = await listen(app, '127.0.0.1', 0);
    const url = `http://127.0.0.1:${server.port}/`;
    expect(await (await fetch(url)).text()).toBe('here');
    await server.close();
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('says which setting to change where the port is taken', async () => {
    const server = await listen(app, '127.0.0.1', 0);
    await expect(listen(app, '127.0.0.1', server.port)).rejects.toMatchObject({
      code: 'ERR_PORT_TAKEN',
      message: expect.stringContaining('SIMULATOR_PORT') as string,
    });
    await server.close();
  });
});
