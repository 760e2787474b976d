import { isBridgeError } from '@gemini-events/events';
import { EXIT_CONFIG } from '@gemini-events/service';
import { readRulesFile } from '../rules/read-rules-file.ts';
import type { RuleSet } from '../rules/rule.ts';

/** The rules at the start, and the origins of their incoming webhooks, which are the operator's own word. */
export interface FirstRules {
  readonly rules: RuleSet;
  readonly origins: readonly string[];
}

/** Reads the rules at the start; ends the process with exit code 78 where they have faults. */
export function readFirstRules(file: string): FirstRules {
  try {
    const rules = readRulesFile(file);
    const origins = [...rules.channels.values()].flatMap(({ way }) =>
      way.kind === 'webhook' ? [new URL(way.url.reveal()).origin] : [],
    );
    return { rules, origins };
  } catch (error) {
    if (!isBridgeError(error, 'ERR_RULES_INVALID')) throw error;
    process.stderr.write(`NOTIFIER_RULES_FILE: ${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}
