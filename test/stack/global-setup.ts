import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '@gemini-events/stack';
import type { TestProject } from 'vitest/node';
import type { TestStack } from './provided.ts';

/** Projects that run in one process share one stack: the first starts it, the last stops it. */
let running: Promise<{ stack: Stack; dataDir: string }> | undefined;
let users = 0;

async function start() {
  const dataDir = await mkdtemp(join(tmpdir(), 'gemini-events-test-'));
  const stack = await startStack({
    dataDir,
    provider: process.env['TEST_STACK'] === 'containers' ? 'containers' : 'embedded',
  });
  return { stack, dataDir };
}

export async function setup(project: TestProject): Promise<void> {
  users += 1;
  running ??= start();
  const { stack } = await running;
  const provided: TestStack = {
    kafkaBrokers: stack.kafkaBrokers,
    schemaRegistryUrl: stack.schemaRegistryUrl,
    databaseUrl: stack.databaseUrl,
  };
  project.provide('stack', provided);
}

export async function teardown(): Promise<void> {
  users -= 1;
  if (users > 0 || running === undefined) return;
  const { stack, dataDir } = await running;
  running = undefined;
  await stack.stop();
  await rm(dataDir, { recursive: true, force: true });
}
