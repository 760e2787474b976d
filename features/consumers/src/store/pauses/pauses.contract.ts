import { beforeEach, describe, expect, it } from 'vitest';
import type { Pause, Pauses } from './pauses.ts';

/** What every adapter of the port keeps. */
export function describePauses(name: string, create: () => Promise<Pauses>): void {
  describe(name, () => {
    let pauses: Pauses;
    const pauseOf = (consumer: string, partition: number | null): Pause => ({
      consumer,
      partition,
      actor: 'ann',
      reason: 'a \0 deploy of the wiki',
      at: 1_800_000_000_123,
    });

    beforeEach(async () => {
      pauses = await create();
    });

    it('has none at first', async () => {
      expect(await pauses.list()).toEqual([]);
    });

    it('gives back what was put in, in order, all partitions first', async () => {
      const added = [pauseOf('b', null), pauseOf('a', 11), pauseOf('a', 2), pauseOf('a', null)];
      for (const pause of added) expect(await pauses.add(pause)).toBe(true);
      expect(await pauses.list('a')).toEqual([added[3], added[2], added[1]]);
      expect(await pauses.list()).toEqual([added[3], added[2], added[1], added[0]]);
      expect(await pauses.list('c')).toEqual([]);
    });

    it('leaves the first pause of the same as it was', async () => {
      const first = { ...pauseOf('a', 1), reason: null };
      expect(await pauses.add(first)).toBe(true);
      expect(await pauses.add({ ...first, actor: 'bob', reason: 'mine' })).toBe(false);
      expect(await pauses.list()).toEqual([first]);
    });

    it('ends one of a partition, or all of a consumer', async () => {
      const all = [pauseOf('a', null), pauseOf('a', 1), pauseOf('a', 2), pauseOf('b', 1)] as const;
      for (const pause of all) await pauses.add(pause);
      expect(await pauses.end('a', 1)).toEqual([all[1]]);
      expect(await pauses.end('a', 1)).toEqual([]);
      expect(await pauses.end('a', null)).toEqual([all[0], all[2]]);
      expect(await pauses.list()).toEqual([all[3]]);
    });
  });
}
