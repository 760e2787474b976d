import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '@gemini-events/stack';

/** Runs something on a stack of its own, with a folder beside it; both are gone afterwards. */
export async function withStack<Result>(
  purpose: string,
  run: (stack: Stack, dir: string) => Promise<Result>,
): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), `gemini-events-${purpose}-`));
  try {
    const stack = await startStack({ dataDir: join(dir, 'stack'), provider: 'embedded' });
    try {
      return await run(stack, dir);
    } finally {
      await stack.stop();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
