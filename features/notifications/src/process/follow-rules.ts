import { isBridgeError } from '@gemini-events/events';
import { followFile } from '@gemini-events/service';
import type { Rule, RuleSet } from '../rules/rule.ts';
import type { NotifierEvents } from './notifier-events.ts';

/** The rules that hold now. */
export interface FollowedRules {
  readonly current: () => RuleSet;
  /** Reads those of the database now; they are read every few seconds anyway. */
  readonly refresh: () => Promise<void>;
  readonly stop: () => void;
}

const STORED_EVERY_MS = 5_000;
const NONE: RuleSet = { channels: new Map(), rules: [], notices: null, fingerprint: '' };

/**
 * The rules of the file and those that came by the API. What has faults changes nothing: the file as a
 * whole, of the others each by itself.
 * @param first what the file said at the start; null where there is none
 */
export function followRules(options: {
  readonly first: RuleSet | null;
  /** Reads the file; throws ERR_RULES_INVALID. */
  readonly read: (() => RuleSet) | null;
  readonly stored: () => Promise<
    readonly { readonly name: string; readonly definition: unknown }[]
  >;
  readonly readRule: (name: string, definition: unknown, channels: RuleSet['channels']) => Rule;
  readonly events: Pick<NotifierEvents, 'rulesChanged' | 'rulesRefused' | 'awaited'>;
}): FollowedRules {
  const { read, stored, readRule, events } = options;
  let file = options.first ?? NONE;
  let kept: Awaited<ReturnType<typeof stored>> = [];
  let now = file;
  let shown = '';
  let refused = '';

  const join = (): void => {
    const faults: string[] = [];
    const own = new Set(file.rules.map(({ name }) => name));
    const more = kept.flatMap(({ name, definition }) => {
      if (own.has(name)) return [];
      try {
        return [readRule(name, definition, file.channels)];
      } catch (error) {
        faults.push(faultsIn(error));
        return [];
      }
    });
    now = { ...file, rules: [...file.rules, ...more] };
    const fingerprint = `${file.fingerprint}\0${JSON.stringify(kept)}`;
    if (fingerprint !== shown) events.rulesChanged(now.rules.length);
    shown = fingerprint;
    if (faults.length > 0) tell(faults.join('; '));
  };
  const tell = (text: string): void => {
    if (text !== refused) events.rulesRefused(text);
    refused = text;
  };
  const look = (): void => {
    if (read === null) return;
    try {
      file = read();
      refused = '';
    } catch (error) {
      tell(faultsIn(error));
      return;
    }
    join();
  };
  const refresh = async (): Promise<void> => {
    kept = await stored();
    join();
  };
  join();
  const unfollow = read === null ? () => undefined : followFile(look);
  const timer = setInterval(() => void refresh().catch(events.awaited), STORED_EVERY_MS);
  return {
    current: () => now,
    refresh,
    stop() {
      unfollow();
      clearInterval(timer);
    },
  };
}

function faultsIn(error: unknown): string {
  if (!isBridgeError(error, 'ERR_RULES_INVALID')) throw error;
  return error.message;
}
