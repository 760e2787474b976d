import type { Secret } from '@gemini-events/service/secret';
import type { RuleDefinition } from './rule-schema.ts';

/** A Slack channel by the name that rules give it. */
export interface SlackChannel {
  readonly name: string;
  readonly way:
    | { readonly kind: 'webhook'; readonly url: Secret }
    | { readonly kind: 'bot'; readonly token: Secret; readonly channel: string };
  /** Messages a second. */
  readonly perSecond: number;
}

/** Which events go where. */
export interface Rule extends RuleDefinition {
  readonly name: string;
  /** What stands in one thread. */
  readonly thread: 'resource' | 'pair' | 'none';
}

export interface RuleSet {
  readonly channels: ReadonlyMap<string, SlackChannel>;
  readonly rules: readonly Rule[];
  /** Channel that is told when an endpoint is switched off by itself. */
  readonly notices: string | null;
  /** Changes when anything that was read changes. */
  readonly fingerprint: string;
}
