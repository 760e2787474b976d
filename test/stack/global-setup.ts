import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateTemplate } from '@gemini-events/postgres/testing';
import type { TestProject } from 'vitest/node';
import type { TestStack } from './provided.ts';
import { startTestStack } from './test-stack.ts';

interface Running {
  readonly stack: TestStack;
  readonly stop: () => Promise<void>;
}

/** Projects that run in one process share one stack: the first starts it, the last stops it. */
let running: Promise<Running> | undefined;
let users = 0;

/** `tools/check-all.ts` starts the stack while its checks run, and passes the addresses. */
async function useStack(): Promise<Running> {
  const given = process.env['TEST_STACK_ADDRESSES'];
  const { stack, stop } =
    given === undefined
      ? await startOwn()
      : { stack: JSON.parse(given) as TestStack, stop: async () => undefined };
  await migrateTemplate(stack.databaseUrl);
  return { stack, stop };
}

async function startOwn(): Promise<Running> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gemini-events-test-'));
  const { stop, ...stack } = await startTestStack(dataDir);
  return {
    stack,
    stop: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export async function setup(project: TestProject): Promise<void> {
  users += 1;
  running ??= useStack();
  const { stack } = await running;
  project.provide('stack', {
    kafkaBrokers: stack.kafkaBrokers,
    schemaRegistryUrl: stack.schemaRegistryUrl,
    databaseUrl: stack.databaseUrl,
  });
}

export async function teardown(): Promise<void> {
  users -= 1;
  if (users > 0 || running === undefined) return;
  const { stop } = await running;
  running = undefined;
  await stop();
}
