/** Text of an input or output that is shown. */
const MOST_CHARACTERS = 4_096;
const HIDDEN = '[redacted]';
const SECRET_NAME =
  /secret|token|passw|authorization|api[-_]?key|credential|signature|cookie|private[-_]?key/i;
/** Forms of secrets that are known wherever they stand. */
const SECRET_TEXT =
  /whsec_[\w+/=]+|gne_[0-9a-f]{16}_[\w-]+|xox[a-z]-[\w-]+|AIza[\w-]{30,}|AQ\.[\w-]{20,}|Bearer\s+\S+|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** A value as it is shown in a time line: JSON, without secrets, cut; null where there is nothing. */
export function describeValue(value: unknown): string | null {
  if (value === undefined) return null;
  let text: string | undefined;
  try {
    text = JSON.stringify(value, hide);
  } catch {
    // It names itself, for example.
    text = '"[not shown: no JSON]"';
  }
  if (text === undefined) return null;
  // Names have not been looked at yet.
  const clean = text.replace(SECRET_TEXT, HIDDEN);
  return clean.length <= MOST_CHARACTERS ? clean : `${clean.slice(0, MOST_CHARACTERS)}…`;
}

/** Text of an error, without secrets. */
export const cleanText = (text: string): string => text.replace(SECRET_TEXT, HIDDEN);

function hide(name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  const isNothing = value === null || value === undefined || typeof value === 'boolean';
  // Counts of tokens are no tokens.
  const isCount = typeof value === 'number' && /tokens$/i.test(name);
  // Also lists and objects: within them the name is another one.
  if (SECRET_NAME.test(name) && !isNothing && !isCount) return HIDDEN;
  // Here, as JSON writes a line's end and a quote otherwise.
  return typeof value === 'string' ? cleanText(value) : value;
}
