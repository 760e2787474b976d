import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { claimPort } from './claim-port.ts';
import { findFreePort } from './free-port.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ports-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('starts at the same time get different ports though nobody listens yet', async () => {
  const preferred = await findFreePort();
  const claims = await Promise.all(Array.from({ length: 8 }, () => claimPort(preferred, folder)));
  const ports = claims.map(({ port }) => port);
  expect(new Set(ports).size).toBe(8);
  expect(ports).toContain(preferred);
  for (const { release } of claims) release();
  expect(await readdir(folder)).toEqual([]);
  expect((await claimPort(preferred, folder)).port).toBe(preferred);
});

it('a port on which somebody listens is not claimed', async () => {
  const preferred = await findFreePort();
  const server = createServer().listen(preferred, '127.0.0.1');
  await once(server, 'listening');
  const { port } = await claimPort(preferred, folder);
  expect(port).not.toBe(preferred);
  expect(await readdir(folder)).toEqual([String(port)]);
  server.close();
});

it('the claim of a dead process is taken over', async () => {
  const preferred = await findFreePort();
  const owner = { pid: process.pid, startedAt: 'another start' };
  await writeFile(join(folder, String(preferred)), JSON.stringify({ owner, servers: [] }));
  expect((await claimPort(preferred, folder)).port).toBe(preferred);
});

it('a claim that was given up twice leaves that of the next start alone', async () => {
  const preferred = await findFreePort();
  const first = await claimPort(preferred, folder);
  first.release();
  const second = await claimPort(preferred, folder);
  first.release();
  expect(second.port).toBe(preferred);
  expect((await claimPort(preferred, folder)).port).not.toBe(preferred);
});
