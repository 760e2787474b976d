import { afterEach, expect, it } from 'vitest';
import { type AdminServer, startAdminServer } from './admin-server.ts';
import { createMetrics } from './metrics.ts';

const servers: AdminServer[] = [];
const start = async (ready: boolean, port = 0) => {
  const metrics = createMetrics();
  metrics.counter('test_total', 'A test.').inc(3);
  const server = await startAdminServer({
    host: '127.0.0.1',
    port,
    metrics,
    live: () => ({ ok: true, detail: 'running' }),
    ready: () => ({ ok: ready, detail: 'waits for Kafka' }),
  });
  servers.push(server);
  return server;
};
const get = (server: AdminServer, path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

it('readiness is 200 or 503 with what is waited for; liveness stays 200', async () => {
  const unready = await start(false);
  expect((await get(unready, '/livez')).status).toBe(200);
  const answer = await get(unready, '/readyz');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ ok: false, detail: 'waits for Kafka' });
  expect((await get(await start(true), '/readyz')).status).toBe(200);
});

it('metrics are served as text, anything else is 404', async () => {
  const server = await start(true);
  expect(await (await get(server, '/metrics')).text()).toContain('test_total 3');
  expect((await get(server, '/')).status).toBe(404);
});

it('a taken port is named with the variable that moves it', async () => {
  const { port } = await start(true);
  await expect(start(true, port)).rejects.toMatchObject({
    code: 'ERR_PORT_TAKEN',
    message: expect.stringContaining('ADMIN_PORT'),
  });
});
