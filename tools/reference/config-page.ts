import { type ConfigSection, type VariableSchema } from './config-section.ts';
import { SECTIONS } from './config-sections.ts';
import { code, page, prose, table } from './markdown.ts';

/** Defaults that differ from machine to machine, in words. */
const DEFAULT_IN_WORDS: Readonly<Record<string, string>> = {
  INSTANCE_ID: 'the host name',
  INGRESS_STATE_DIR: '`gemini-events/ingress` in the cache folder of the user',
};

/** Texts of which each secret takes one. */
const SAMPLES = ['sample', `whsec_${Buffer.alloc(32, 1).toString('base64')}`];

/** A variable is secret when its value does not show it: exactly what `--print-config` relies on. */
export function isSecret(schema: VariableSchema): boolean {
  return SAMPLES.some((sample) => {
    const parsed = schema.safeParse(sample);
    return parsed.success && JSON.stringify(parsed.data).includes('[redacted]');
  });
}

export function defaultOf(name: string, schema: VariableSchema): string {
  const parsed = schema.safeParse(undefined);
  if (!parsed.success) return '**required**';
  if (parsed.data === undefined) return 'none';
  return DEFAULT_IN_WORDS[name] ?? code(JSON.stringify(parsed.data).replaceAll('"', ''));
}

export function renderSection({ title, command, schema }: ConfigSection): string {
  const rows = Object.entries(schema.shape).map(([name, variable]) => {
    if (variable.description === undefined) throw new Error(`${name} of ${title} has no text`);
    return [
      code(name),
      defaultOf(name, variable),
      isSecret(variable) ? 'yes' : '',
      prose(variable.description),
    ];
  });
  const head = ['Variable', 'Default', 'Secret', 'Meaning'];
  return [`## ${title}`, code(command), table(head, rows)].join('\n\n');
}

export function configPage(sections: readonly ConfigSection[] = SECTIONS): string {
  return page('Configuration', "each service's `src/config.ts`", [
    'Every process reads its environment once, at its start. All faults are printed together, and the process exits with code 78. An empty variable counts as not set.',
    '- Each variable may be given as `NAME_FILE` instead: the path of a file that holds the value (a mounted secret). Setting both is a fault. White space around the value is cut off.\n- A service that is started with `--check-config` says whether its environment is valid and exits 0 or 78.\n- `--print-config` prints the values as JSON, with secrets as `[redacted]`.',
    ...sections.map(renderSection),
  ]);
}
