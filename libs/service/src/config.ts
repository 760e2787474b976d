import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Exit code for faulty configuration (EX_CONFIG of sysexits.h). */
export const EXIT_CONFIG = 78;

export type Environment = Readonly<Record<string, string | undefined>>;

export type ConfigResult<Config> =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * Reads a configuration from environment variables. Every variable may be given as `NAME_FILE`
 * instead (a mounted secret); an empty variable counts as not set. All faults are found at once.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Environment,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): ConfigResult<z.output<z.ZodObject<Shape>>> {
  const faults: string[] = [];
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const direct = env[name] || undefined;
    const path = `${name}_FILE` in schema.shape ? undefined : env[`${name}_FILE`] || undefined;
    if (direct !== undefined && path !== undefined) {
      faults.push(`${name}: set as ${name} and as ${name}_FILE; keep one of them`);
    } else if (path !== undefined) {
      try {
        values[name] = readFile(path).trim();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        faults.push(`${name}_FILE: cannot be read: ${why}`);
      }
    } else if (direct !== undefined) {
      values[name] = direct;
    }
  }
  const parsed = schema.safeParse(values);
  if (parsed.success && faults.length === 0) return { ok: true, config: parsed.data };
  const unread = new Set(faults.map((fault) => fault.split(/_FILE:|:/, 1)[0]));
  const ofFields = new Set<string>();
  for (const issue of parsed.error?.issues ?? []) {
    const name = issue.path.join('.') || '(together)';
    // Rules come after the fields, and see a field that could not be read as one that is not set.
    const isRule = issue.code === 'custom';
    if (unread.has(name) || (isRule && ofFields.has(name))) continue;
    if (!isRule) ofFields.add(name);
    faults.push(`${name}: ${issue.message}`);
  }
  return { ok: false, faults };
}

/**
 * {@link readConfig} for a `main.ts`: prints all faults and exits 78; honours `--check-config`
 * (exit 0 when valid) and `--print-config` (values as JSON, secrets redacted).
 */
export function configOrExit<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Environment = process.env,
  argv: readonly string[] = process.argv.slice(2),
): z.output<z.ZodObject<Shape>> {
  const result = readConfig(schema, env);
  if (!result.ok) {
    const lines = result.faults.map((fault) => `  ${fault}\n`);
    process.stderr.write(`ERR_CONFIG_INVALID: the configuration has faults\n${lines.join('')}`);
    process.exit(EXIT_CONFIG);
  }
  if (argv.includes('--print-config')) {
    process.stdout.write(`${JSON.stringify(result.config, null, 2)}\n`);
    process.exit(0);
  }
  if (argv.includes('--check-config')) {
    process.stdout.write('configuration is valid\n');
    process.exit(0);
  }
  return result.config;
}
