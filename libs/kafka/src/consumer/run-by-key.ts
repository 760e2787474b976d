/**
 * Runs `work` for each item: items of one key one after the other in their order, different keys side
 * by side, at most `limit` at a time. Starts nothing more once `shouldStop` says so or a run failed.
 *
 * @returns how many items from the first on are done without a gap: what may be committed; and the
 * first failure.
 */
export async function runByKey<Item>(
  items: readonly Item[],
  options: {
    readonly keyOf: (item: Item) => string | null;
    readonly limit: number;
    readonly shouldStop: () => boolean;
    readonly work: (item: Item) => Promise<void>;
  },
): Promise<{ readonly done: number; readonly failure: unknown }> {
  const { keyOf, limit, shouldStop, work } = options;
  const finished = new Array<boolean>(items.length).fill(false);
  const lanes = new Map<string, number[]>();
  items.forEach((item, index) => {
    // Without a key there is no order to keep.
    const key = keyOf(item) ?? `\0${index}`;
    const lane = lanes.get(key);
    if (lane === undefined) lanes.set(key, [index]);
    else lane.push(index);
  });
  const waiting = [...lanes.values()];
  let failure: unknown;
  const runLane = async (lane: readonly number[]): Promise<void> => {
    for (const index of lane) {
      const item = items[index];
      if (item === undefined || failure !== undefined || shouldStop()) return;
      try {
        await work(item);
        finished[index] = true;
      } catch (error) {
        failure ??= error;
        return;
      }
    }
  };
  const worker = async (): Promise<void> => {
    for (let lane = waiting.shift(); lane !== undefined; lane = waiting.shift()) await runLane(lane);
  };
  await Promise.all(Array.from({ length: Math.min(limit, waiting.length) }, worker));
  const gap = finished.indexOf(false);
  return { done: gap === -1 ? items.length : gap, failure };
}
