import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { findFreePort, isFree } from './free-port.ts';

it('the preferred port is taken while it is free, another one while it is not', async () => {
  const port = await findFreePort();
  expect(await findFreePort(port)).toBe(port);
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  expect((server.address() as AddressInfo).port).toBe(port);
  expect(await isFree(port)).toBe(false);
  expect(await findFreePort(port)).not.toBe(port);
  server.close();
});

it('a port that is promised to somebody else is not given', async () => {
  const port = await findFreePort();
  expect(await findFreePort(port, new Set([port]))).not.toBe(port);
});
