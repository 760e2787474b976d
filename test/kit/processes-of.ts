import { readdirSync, readFileSync } from 'node:fs';

/** Running processes whose command line or environment holds a text (Linux: /proc). */
export function processesOf(text: string): { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
        // A zombie has neither.
        return command.includes(text) || environment.includes(text)
          ? [{ pid, command: command.replaceAll('\0', ' ').slice(0, 200) }]
          : [];
      } catch {
        return [];
      }
    });
}
