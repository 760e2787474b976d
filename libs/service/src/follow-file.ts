/** How often the file is looked at: mounted secrets are swapped by links, which file watching misses. */
const LOOK_EVERY_MS = 2_000;

/** Calls `look` every two seconds, and at once on SIGHUP. @returns the way to end it */
export function followFile(look: () => void): () => void {
  const timer = setInterval(look, LOOK_EVERY_MS);
  process.on('SIGHUP', look);
  return () => {
    clearInterval(timer);
    process.off('SIGHUP', look);
  };
}
