import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '@gemini-events/stack';
import { type Bed, makeBed } from '../../consumer/bed.ts';

/** A stack and a bed for the fixture's consumer, gone afterwards. */
export async function withBed<Result>(run: (bed: Bed) => Promise<Result>): Promise<Result> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gemini-events-chaos-'));
  const stack = await startStack({ dataDir, provider: 'embedded' });
  try {
    const bed = await makeBed(stack);
    try {
      return await run(bed);
    } finally {
      await bed.close();
    }
  } finally {
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Resolves with true when so many different events have their effect, with false after a limit. */
export async function untilEffects(
  bed: Bed,
  count: number,
  options: { readonly limitMs: number; readonly say: (line: string) => void },
): Promise<boolean> {
  const endsAt = Date.now() + options.limitMs;
  let last = -1;
  for (;;) {
    const { rows } = await bed.db.query<{ count: number }>(
      'select count(distinct event_id)::int as count from effects',
    );
    const found = rows[0]?.count ?? 0;
    if (found >= count) return true;
    if (Date.now() > endsAt) return false;
    if (found !== last) options.say(`  ${found} of ${count} effects`);
    last = found;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}
