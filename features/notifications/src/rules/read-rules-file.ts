import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Secret } from '@gemini-events/service/secret';
import { parse, YAMLParseError } from 'yaml';
import { channelFaults, faultsOf, rulesInvalid, toRule } from './read-rule.ts';
import type { RuleSet, SlackChannel } from './rule.ts';
import { type ChannelDefinition, rulesFileSchema } from './rule-schema.ts';

/**
 * Reads the rules file and the files that it names, relative to it. No fault quotes a value, as it may
 * be secret.
 * @throws BridgeError ERR_RULES_INVALID with all faults
 */
export function readRulesFile(
  path: string,
  readFile: (path: string) => string = (file) => readFileSync(file, 'utf8'),
): RuleSet {
  const texts: string[] = [];
  const faults: string[] = [];
  const read = (file: string, place: string): string => {
    try {
      const text = readFile(resolve(dirname(path), file));
      texts.push(text);
      return text.trim();
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      faults.push(`${place}: cannot be read (${why})`);
      return '';
    }
  };
  const content = read(resolve(path), 'the file');
  if (faults.length > 0) throw rulesInvalid(faults);
  const parsed = rulesFileSchema.safeParse(parseYaml(content));
  if (!parsed.success) throw rulesInvalid(faultsOf(parsed.error));
  const { slack, notices, rules } = parsed.data;
  const channels = new Map<string, SlackChannel>();
  for (const [name, definition] of Object.entries(slack)) {
    channels.set(name, channelFrom(name, definition, read, faults));
  }
  if (notices !== undefined && !channels.has(notices)) {
    faults.push(`notices: there is no channel ${notices}`);
  }
  for (const [name, rule] of Object.entries(rules)) {
    faults.push(...channelFaults(name, rule, channels));
  }
  if (faults.length > 0) throw rulesInvalid(faults);
  return {
    channels,
    rules: Object.entries(rules).map(([name, rule]) => toRule(name, rule, channels)),
    notices: notices ?? null,
    fingerprint: texts.join('\0'),
  };
}

function channelFrom(
  name: string,
  definition: ChannelDefinition,
  read: (file: string, place: string) => string,
  faults: string[],
): SlackChannel {
  const { webhook_url, webhook_url_file, token, token_file, channel } = definition;
  const place = `slack.${name}`;
  const base = { name, perSecond: definition.per_second };
  if (channel !== undefined) {
    const secret = token ?? read(token_file ?? '', `${place}.token_file`);
    if (!/^\S+$/.test(secret)) faults.push(`${place}: a token is one word`);
    return { ...base, way: { kind: 'bot', token: new Secret(secret), channel } };
  }
  const url = webhook_url ?? read(webhook_url_file ?? '', `${place}.webhook_url_file`);
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    faults.push(`${place}: holds no http or https URL`);
  }
  return { ...base, way: { kind: 'webhook', url: new Secret(url) } };
}

/** The parser's own message quotes the line, which may hold a secret: only its place is told. */
function parseYaml(text: string): unknown {
  try {
    return (parse(text, { logLevel: 'error' }) as unknown) ?? {};
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    throw rulesInvalid([`is not YAML${line === undefined ? '' : `: look at line ${line}`}`]);
  }
}
