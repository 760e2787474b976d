import { type Bed, makeBed } from '../../consumer/bed.ts';
import { withStack } from '../../kit/with-stack.ts';

/** A stack and a bed for the fixture's consumer, gone afterwards. */
export function withBed<Result>(run: (bed: Bed) => Promise<Result>): Promise<Result> {
  return withStack('chaos', async (stack) => {
    const bed = await makeBed(stack, 'fixture', 'declared');
    try {
      return await run(bed);
    } finally {
      await bed.close();
    }
  });
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
