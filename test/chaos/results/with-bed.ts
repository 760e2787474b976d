import { readdir } from 'node:fs/promises';
import { withStack } from '../../kit/with-stack.ts';
import { makeResultsBed, type ResultsBed } from '../../results/bed.ts';

/** A stack, a simulator with outputs of this length, and a folder for results, gone afterwards. */
export function withResultsBed<Value>(
  outputBytes: number,
  run: (bed: ResultsBed) => Promise<Value>,
): Promise<Value> {
  return withStack('chaos', async (stack, dir) => {
    const bed = await makeResultsBed(stack, { dir, outputBytes });
    try {
      return await run(bed);
    } finally {
      await bed.close();
    }
  });
}

/** Objects that a reader of the store would see. */
export async function visibleOutputs({ resultsDir }: ResultsBed): Promise<readonly string[]> {
  const names = await readdir(resultsDir, { recursive: true }).catch(() => []);
  return names.filter((name) => /^outputs\/.*\.jsonl$/.test(name));
}

export async function calls(bed: ResultsBed): Promise<Readonly<Record<string, number>>> {
  return bed.call('GET', '/simulator/calls');
}
