/** Lets so many records per second pass, evenly, whatever portions they come in. */
export function createThrottle(
  perSecond: number | null,
  parts: { readonly now: () => number; readonly wait: (milliseconds: number) => Promise<void> },
): (records: number) => Promise<void> {
  let freeAt = 0;
  return async (records) => {
    if (perSecond === null) return;
    const now = parts.now();
    const waitMs = freeAt - now;
    freeAt = Math.max(freeAt, now) + (records / perSecond) * 1_000;
    if (waitMs > 0) await parts.wait(waitMs);
  };
}

/** Records of one transaction: a quarter of a second's worth where it is throttled. */
export function mostAtOnce(perSecond: number | null): number {
  return perSecond === null ? 5_000 : Math.max(1, Math.min(5_000, Math.ceil(perSecond / 4)));
}
