import { renderColumns } from '@gemini-events/cli-kit';
import type { Rule, RuleSet, SlackChannel } from '../rules/rule.ts';

/** What a rules file says, without any secret of it. */
export interface DescribedRules {
  readonly channels: readonly {
    readonly name: string;
    readonly kind: SlackChannel['way']['kind'];
    /** Slack's id of the channel; an incoming webhook knows its own. */
    readonly channel: string | null;
    readonly perSecond: number;
  }[];
  readonly rules: readonly {
    readonly name: string;
    readonly types: readonly string[];
    readonly recoveredBy: readonly string[] | null;
    readonly slack: string | null;
    readonly thread: Rule['thread'];
    /** Template of whose endpoints. */
    readonly owner: string | null;
  }[];
  readonly notices: string | null;
}

export function describeRules({ channels, rules, notices }: RuleSet): DescribedRules {
  return {
    channels: [...channels.values()].map(({ name, way, perSecond }) => ({
      name,
      kind: way.kind,
      channel: way.kind === 'bot' ? way.channel : null,
      perSecond,
    })),
    rules: rules.map(({ name, when, recovered, slack, webhooks, thread }) => ({
      name,
      types: when.types ?? ['*'],
      recoveredBy: recovered?.types ?? null,
      slack: slack?.channel ?? null,
      thread,
      owner: webhooks?.owner ?? null,
    })),
    notices,
  };
}

export function renderRules({ channels, rules, notices }: DescribedRules): string {
  const channelRows = channels.map(({ name, kind, channel, perSecond }) => [
    name,
    kind,
    channel ?? '-',
    String(perSecond),
    name === notices ? 'yes' : '-',
  ]);
  const ruleRows = rules.map(({ name, types, recoveredBy, slack, thread, owner }) => [
    name,
    types.join(','),
    recoveredBy?.join(',') ?? '-',
    slack ?? '-',
    thread,
    owner ?? '-',
  ]);
  const channelHead = ['channel', 'kind', 'id', 'per second', 'notices'];
  const ruleHead = ['rule', 'types', 'recovered by', 'slack', 'thread', 'owner'];
  return [
    channels.length === 0
      ? 'no channels'
      : renderColumns([channelHead, ...channelRows], new Set([3])),
    '',
    rules.length === 0 ? 'no rules' : renderColumns([ruleHead, ...ruleRows], new Set()),
  ].join('\n');
}
