import { canonicalType, familyOf } from '@gemini-events/events';
import { type NotifiableEvent, statusOf } from '../notifiable-event.ts';
import { publicMetadata } from '../templates/view.ts';
import type { Rule } from './rule.ts';

/** `plain`: it just happened. The others belong to rules that also tell of the recovery. */
export type Turn = 'plain' | 'failed' | 'recovered';

/** What an event is to a rule; null: nothing. */
export function turnOf({ when, recovered }: Rule, event: NotifiableEvent): Turn | null {
  const type = canonicalType(event.type) ?? event.type;
  const fits =
    (when.sources?.includes(event.source) ?? true) &&
    haveAll(event.labels, when.labels) &&
    haveAll(publicMetadata(event), when.metadata);
  if (!fits) return null;
  const isWanted =
    (when.types === undefined || isOneOf(type, when.types)) &&
    (when.status?.includes(statusOf(type)) ?? true);
  if (isWanted) return recovered === undefined ? 'plain' : 'failed';
  return recovered !== undefined && isOneOf(type, recovered.types) ? 'recovered' : null;
}

function isOneOf(type: string, wanted: readonly string[]): boolean {
  const family = canonicalType(type) === null ? 'unknown' : familyOf(type);
  return wanted.some(
    (each) => each === '*' || each === family || (canonicalType(each) ?? each) === type,
  );
}

function haveAll(
  texts: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>> = {},
): boolean {
  return Object.entries(wanted).every(([name, pattern]) => {
    const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
    if (text === undefined) return false;
    return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
  });
}
