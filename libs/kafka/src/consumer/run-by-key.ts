import { createLowWatermark } from './low-watermark.ts';
import type { Slots } from './slots.ts';

/**
 * Runs `work` for each item: items of one key one after the other in their order, different keys side
 * by side as far as there are slots. What fails is run again after a pause, as often as it takes, and
 * blocks its key meanwhile. Starts nothing more once `shouldStop` says so; resolves when nothing runs.
 */
export async function runByKey<Item>(
  items: readonly Item[],
  options: {
    /** Null: there is no order to keep. */
    readonly keyOf: (item: Item) => string | null;
    readonly slots: Slots;
    readonly shouldStop: () => boolean;
    readonly work: (item: Item) => Promise<void>;
    /** Told of each failure; resolves when the item is to be run again. */
    readonly afterFailure: (error: unknown, failures: number) => Promise<void>;
    /** Told whenever more items, counted from the first on, are finished without a gap. */
    readonly onProgress: (done: number) => void;
  },
): Promise<void> {
  const { slots, shouldStop, work, afterFailure, onProgress } = options;
  const watermark = createLowWatermark(items.length);
  let reported = 0;

  const finish = (index: number): void => {
    const done = watermark.finish(index);
    if (done > reported) onProgress(done);
    reported = done;
  };

  /** Whether the item was finished; false: stopped before. */
  const runItem = async (item: Item): Promise<boolean> => {
    for (let failures = 1; ; failures += 1) {
      try {
        return await slots.run(async () => {
          if (shouldStop()) return false;
          await work(item);
          return true;
        });
      } catch (error) {
        // Told to stop, work may fail for that very reason.
        if (shouldStop()) return false;
        await afterFailure(error, failures);
      }
    }
  };

  const runLane = async (lane: readonly (readonly [number, Item])[]): Promise<void> => {
    for (const [index, item] of lane) {
      if (!(await runItem(item))) return;
      finish(index);
    }
  };

  await Promise.all(lanesOf(items, options.keyOf).map(runLane));
}

function lanesOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string | null,
): readonly (readonly (readonly [number, Item])[])[] {
  const lanes: [number, Item][][] = [];
  const byKey = new Map<string, [number, Item][]>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item);
    let lane = key === null ? undefined : byKey.get(key);
    if (lane === undefined) {
      lane = [];
      lanes.push(lane);
      if (key !== null) byKey.set(key, lane);
    }
    lane.push([index, item]);
  }
  return lanes;
}
