import { BridgeError } from '@gemini-events/events';
import type { z } from 'zod';
import type { Rule, RuleSet } from './rule.ts';
import { type RuleDefinition, ruleSchema } from './rule-schema.ts';

/**
 * One rule as it comes by the API.
 * @throws BridgeError ERR_RULES_INVALID with all its faults
 */
export function readRule(name: string, definition: unknown, channels: RuleSet['channels']): Rule {
  const parsed = ruleSchema.safeParse(definition);
  if (!parsed.success) throw rulesInvalid(faultsOf(parsed.error, `rules.${name}`));
  const faults = channelFaults(name, parsed.data, channels);
  if (faults.length > 0) throw rulesInvalid(faults);
  return toRule(name, parsed.data, channels);
}

export function toRule(
  name: string,
  definition: RuleDefinition,
  channels: RuleSet['channels'],
): Rule {
  const isBot = channels.get(definition.slack?.channel ?? '')?.way.kind === 'bot';
  const thread = isBot ? (definition.slack?.thread ?? 'resource') : 'none';
  return { ...definition, name, thread };
}

/** A channel that does not exist, and a thread where there is none. */
export function channelFaults(
  name: string,
  { slack, recovered }: RuleDefinition,
  channels: RuleSet['channels'],
): string[] {
  if (slack === undefined) return [];
  const place = `rules.${name}.slack`;
  const channel = channels.get(slack.channel);
  if (channel === undefined) return [`${place}.channel: there is no channel ${slack.channel}`];
  const { thread = 'none' } = slack;
  if (thread !== 'none' && channel.way.kind === 'webhook') {
    return [`${place}.thread: an incoming webhook has no threads; use a bot`];
  }
  if (thread === 'pair' && recovered === undefined) {
    return [`${place}.thread: pair needs recovered`];
  }
  return [];
}

export function faultsOf(error: z.ZodError, place = ''): string[] {
  return error.issues.map(({ path, message }) => {
    const where = [place, ...path.map(String)].filter((part) => part !== '').join('.');
    return where === '' ? message : `${where}: ${message}`;
  });
}

export function rulesInvalid(faults: readonly string[]): BridgeError {
  const list = faults.map((fault) => `\n  ${fault}`).join('');
  return new BridgeError('ERR_RULES_INVALID', `the notification rules have faults${list}`, {
    data: { faults: faults.join('\n') },
  });
}
