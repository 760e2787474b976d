import { withStack } from '../../kit/with-stack.ts';
import { makeResultsBed, type ResultsBed } from '../../results/bed.ts';

/** A stack, a simulator with outputs of this length, and a folder for results, gone afterwards. */
export function withResultsBed<Value>(
  outputBytes: number,
  run: (bed: ResultsBed) => Promise<Value>,
): Promise<Value> {
  return withStack('chaos', async (stack, dir) => {
    const bed = await makeResultsBed(stack, { dir, outputBytes, partitions: 'declared' });
    try {
      return await run(bed);
    } finally {
      await bed.close();
    }
  });
}

export async function calls(bed: ResultsBed): Promise<Readonly<Record<string, number>>> {
  return bed.call('GET', '/simulator/calls');
}
