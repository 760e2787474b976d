import { readRule } from '../rules/read-rule.ts';
import { readRulesFile } from '../rules/read-rules-file.ts';
import type { Rule, RuleSet } from '../rules/rule.ts';

const CHANNELS = `
slack:
  ops: { webhook_url: 'https://hooks.slack.com/services/T/B/x' }
  bot: { token: xoxb-1, channel: C1 }
`;

/** The channels `ops`, an incoming webhook, and `bot`. */
function makeChannels(): RuleSet['channels'] {
  return readRulesFile('rules.yaml', () => CHANNELS).channels;
}

/** A rule called `rule` with the channels `ops` and `bot`. @throws BridgeError ERR_RULES_INVALID */
export function makeRule(definition: object): Rule {
  return readRule('rule', definition, makeChannels());
}
