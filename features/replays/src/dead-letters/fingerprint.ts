import { hash } from 'node:crypto';

/** What differs between messages of one cause: ids, addresses, numbers, quoted parts. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/"[^"]*"|'[^']*'|`[^`]*`/g, '"…"'],
  [/\b(?:https?|s3|gs|file):\/\/\S+/g, '<url>'],
  [/\b(?:batches|interactions|files|models|operations)\/[\w.~/-]+/g, '<resource>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b(?=\w*\d)\w{6,}\b/g, '<id>'],
  [/\d+/g, '#'],
];

/** Eight hex digits that are the same for failures of one cause, as far as their messages tell. */
export function fingerprintOf(code: string, message: string): string {
  const common = PARTS.reduce((text, [part, name]) => text.replace(part, name), message);
  return hash('sha256', `${code}\n${common}`).slice(0, 8);
}
