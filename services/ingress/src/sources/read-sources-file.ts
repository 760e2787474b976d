import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseSecret } from '@gemini-events/webhooks';
import { parse, YAMLParseError } from 'yaml';
import {
  MIN_OWNER_KEY_CHARS,
  OWNER_KEY_SHORT,
  type SourceDefinition,
  sourcesFileSchema,
} from './sources-schema.ts';

/** A source as the file defines it, its secrets read. Holds secrets: never print it. */
export interface ReadSource {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly secrets: readonly KeyObject[];
  readonly ownerKey: string | null;
  readonly dynamic: NonNullable<SourceDefinition['dynamic']> | null;
}

export type ReadSources =
  | {
      readonly ok: true;
      readonly sources: readonly ReadSource[];
      /** Changes when anything that was read changes. */
      readonly fingerprint: string;
    }
  /** Name the place, never a value. */
  | { readonly ok: false; readonly faults: readonly string[] };

/** Reads the sources file and the files that it names (relative to it). Finds all faults at once. */
export function readSourcesFile(
  path: string,
  readFile: (path: string) => string = (file) => readFileSync(file, 'utf8'),
): ReadSources {
  const faults: string[] = [];
  const texts: string[] = [];
  const read = (file: string, place: string): string | null => {
    try {
      const text = readFile(resolve(dirname(path), file));
      texts.push(text);
      return text;
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      faults.push(`${place}: cannot be read (${why})`);
      return null;
    }
  };
  const content = read(resolve(path), 'the file');
  if (content === null) return { ok: false, faults };
  const document = parseYaml(content);
  if ('fault' in document) return { ok: false, faults: [document.fault] };
  const parsed = sourcesFileSchema.safeParse(document.value);
  if (!parsed.success) {
    return {
      ok: false,
      faults: parsed.error.issues.map(({ path: at, message }) =>
        redacted(`${at.join('.')}: ${message}`),
      ),
    };
  }
  const sources = Object.entries(parsed.data.sources).map(([name, definition]): ReadSource => {
    const { labels, dynamic, owner_key, owner_key_file, secrets_file } = definition;
    const listed =
      secrets_file === undefined ? null : read(secrets_file, `sources.${name}.secrets_file`);
    const lines = linesOf(listed);
    // A file that is being written is empty for a moment: nothing would verify until it is whole.
    if (listed !== null && lines.length === 0) {
      faults.push(`sources.${name}.secrets_file: holds no secret`);
    }
    const secrets = [...definition.secrets, ...lines];
    const ownerKey =
      owner_key_file === undefined
        ? owner_key
        : read(owner_key_file, `sources.${name}.owner_key_file`)?.trim();
    if (ownerKey !== undefined && ownerKey.length < MIN_OWNER_KEY_CHARS) {
      faults.push(`sources.${name}.owner_key_file: ${OWNER_KEY_SHORT}`);
    }
    return {
      name,
      labels,
      secrets: keysOf(secrets, `sources.${name}`, faults),
      ownerKey: ownerKey ?? null,
      dynamic: dynamic ?? null,
    };
  });
  return faults.length === 0
    ? { ok: true, sources, fingerprint: texts.join('\0') }
    : { ok: false, faults };
}

/** The parser's own message quotes the line, which may hold a secret: only its place is told. */
function parseYaml(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    // Its warnings quote the line too.
    return { value: parse(text, { logLevel: 'error' }) as unknown };
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    return { fault: `is not YAML${line === undefined ? '' : `: look at line ${line}`}` };
  }
}

/** A secret in the place of a key would stand in the message about it. */
function redacted(fault: string): string {
  return fault
    .replace(/whsec_[^\s"',]*/g, 'whsec_…')
    .replace(/[\w+/=-]{24,}/g, (run) => (/[A-Z0-9+/=]/.test(run) ? '…' : run));
}

function linesOf(text: string | null): string[] {
  return (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function keysOf(secrets: readonly string[], place: string, faults: string[]): KeyObject[] {
  return secrets.flatMap((secret, index) => {
    const parsed = parseSecret(secret);
    if (parsed.ok) return [parsed.key];
    faults.push(`${place}: secret ${index + 1} of ${secrets.length} ${parsed.fault}`);
    return [];
  });
}
