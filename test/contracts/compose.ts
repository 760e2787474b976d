import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const ROOT = join(import.meta.dirname, '../..');

/** A service of the compose file, as far as the tests look at it. */
export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string | number>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** Reads `docker-compose.yml` as it is for this environment. */
export function readCompose(env: Readonly<Record<string, string>>): ComposeFile {
  const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
  return interpolate(parse(text, { merge: true }), env) as ComposeFile;
}

/** `${NAME:-default}` and `${NAME:?message}`, in values only, as compose does it. */
function interpolate(node: unknown, env: Readonly<Record<string, string>>): unknown {
  if (typeof node === 'string') {
    return node.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, kind, text) => {
      const value = env[name] || (kind === '-' ? text : undefined);
      if (value === undefined) throw new Error(`${name}: ${text}`);
      return value;
    });
  }
  if (Array.isArray(node)) return node.map((each) => interpolate(each, env));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, interpolate(value, env)]),
  );
}

/** Variables of a section of the generated page `docs/reference/config.md`. */
export function documentedVariables(...sections: readonly string[]): ReadonlySet<string> {
  const page = readFileSync(join(ROOT, 'docs/reference/config.md'), 'utf8');
  const chosen = page
    .split(/^## /m)
    .filter((part) => sections.includes(part.split('\n', 1)[0] ?? ''));
  if (chosen.length !== sections.length) throw new Error(`not all there: ${sections.join(', ')}`);
  return new Set([...chosen.join('').matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name));
}
