/** How Node shows an error that nobody caught: `Error: …`, its stack, and its own version as last line. */
const UNCAUGHT = /^(?:Uncaught )?\w*Error\b.*$/;

/**
 * What a process said last: the message of its last log line, or that line itself where it is no JSON.
 * Of an error that ended it, what it says; empty where there are no words.
 */
export function lastWords(log: string): string {
  const lines = log.trimEnd().split('\n');
  const last = lines.at(-1) ?? '';
  try {
    const { msg } = JSON.parse(last) as { msg?: unknown };
    return typeof msg === 'string' ? msg : '';
  } catch {
    if (!last.startsWith('Node.js v')) return last;
    return lines.findLast((line) => UNCAUGHT.test(line)) ?? last;
  }
}
