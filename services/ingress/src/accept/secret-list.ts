import { parseSecret } from '@gemini-events/webhooks';

export type SecretList =
  | { readonly ok: true; readonly secrets: readonly string[] }
  /** Name the place in the list, never the text. */
  | { readonly ok: false; readonly faults: readonly string[] };

/** Reads signing secrets that are separated by commas, and finds all faults at once. */
export function readSecretList(text: string): SecretList {
  const secrets = joinVersions(text.split(',').map((part) => part.trim())).filter(
    (part) => part !== '',
  );
  if (secrets.length === 0) return { ok: false, faults: ['holds no secret'] };
  const faults = secrets.flatMap((secret, index) => {
    const parsed = parseSecret(secret);
    return parsed.ok ? [] : [`secret ${index + 1} of ${secrets.length} ${parsed.fault}`];
  });
  return faults.length === 0 ? { ok: true, secrets } : { ok: false, faults };
}

/** `v1,whsec_…`, pasted from a signature header, was cut at its comma: that is one secret, not two. */
function joinVersions(parts: readonly string[]): string[] {
  const joined: string[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last === 'v1' || last === 'v1a') joined[joined.length - 1] = `${last},${part}`;
    else joined.push(part);
  }
  return joined;
}
