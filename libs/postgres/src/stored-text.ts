import { hash } from 'node:crypto';

/** Postgres indexes no texts of more than about 2,700 bytes. */
const ID_BYTES = 512;
const ID_BEGINNING = 128;

/** Postgres takes every character in a text but NUL; what is half of a character becomes U+FFFD. */
export function toText(value: string): string {
  if (!value.includes('\\') && !value.includes('\0')) return value.toWellFormed();
  return value.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\0', '\\0');
}

export function fromText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.)/g, (_, escaped: string) => (escaped === '0' ? '\0' : escaped));
}

/** A text that can be in an index: of a long one its beginning and its SHA-256. */
export function toId(value: string): string {
  const text = toText(value);
  if (text.length <= ID_BYTES / 3 || Buffer.byteLength(text) <= ID_BYTES) return text;
  return `${text.slice(0, ID_BEGINNING).toWellFormed()}… sha256 ${hash('sha256', text)}`;
}

/** A row with all its texts as they were before they were stored. */
export function fromTexts<Row extends object>(row: Row): Row {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === 'string' ? fromText(value) : value,
  ]);
  return Object.fromEntries(entries) as Row;
}
