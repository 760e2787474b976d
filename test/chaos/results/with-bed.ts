import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '@gemini-events/stack';
import { makeResultsBed, type ResultsBed } from '../../results/bed.ts';

/** A stack, a simulator with outputs of this length, and a folder for results, gone afterwards. */
export async function withResultsBed<Value>(
  outputBytes: number,
  run: (bed: ResultsBed) => Promise<Value>,
): Promise<Value> {
  const dir = await mkdtemp(join(tmpdir(), 'gemini-events-chaos-'));
  const stack = await startStack({ dataDir: join(dir, 'stack'), provider: 'embedded' });
  try {
    const bed = await makeResultsBed(stack, { dir, outputBytes });
    try {
      return await run(bed);
    } finally {
      await bed.close();
    }
  } finally {
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Objects that a reader of the store would see. */
export async function visibleOutputs({ resultsDir }: ResultsBed): Promise<readonly string[]> {
  const names = await readdir(resultsDir, { recursive: true }).catch(() => []);
  return names.filter((name) => /^outputs\/.*\.jsonl$/.test(name));
}

export async function calls(bed: ResultsBed): Promise<Readonly<Record<string, number>>> {
  return bed.call('GET', '/simulator/calls');
}
