import { escapeSlack } from '@gemini-events/slack';
import mustache from 'mustache';
import type { View } from './view.ts';

/** How values are written into a text: for Slack's mrkdwn, as they are, or into a URL. */
export type Target = 'mrkdwn' | 'plain' | 'url';

const NAMES = new Set([
  'type',
  'family',
  'status',
  'source',
  'resource_id',
  'event_id',
  'occurred_at',
  'labels',
  'metadata',
  'error',
  'error.code',
  'error.message',
  'link',
  'rule',
  'turn',
  'failed_for',
]);
const OPEN = /^(?:labels|metadata)\.[^.]+$/;
/** Names that hold inside a section, besides all others. */
const WITHIN: Readonly<Record<string, (name: string) => boolean>> = {
  error: (name) => name === 'code' || name === 'message',
  labels: (name) => !name.includes('.'),
  metadata: (name) => !name.includes('.'),
};

/** What holds names that come from outside. */
const GROUPS: Readonly<Record<string, true>> = { labels: true, metadata: true };

type Token = readonly [kind: string, value: string, start: number, end: number, within?: Token[]];

/** What is wrong with a template: names that nothing has, output that is not escaped, partials. */
export function templateFaults(text: string): readonly string[] {
  let tokens: Token[];
  try {
    tokens = mustache.parse(text) as unknown as Token[];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  return faultsIn(tokens, []);
}

function faultsIn(tokens: readonly Token[], sections: readonly string[]): string[] {
  return tokens.flatMap(([kind, value, , , within]) => {
    switch (kind) {
      case 'text':
      case '!':
        return [];
      case 'name':
        return isKnown(value, sections) ? [] : [`there is nothing called {{${value}}}`];
      case '#':
      case '^': {
        const faults = isKnown(value, sections) ? [] : [`there is nothing called {{${value}}}`];
        return [...faults, ...faultsIn(within ?? [], [...sections, value])];
      }
      case '&':
        return [`{{{${value}}}} would not be escaped: write {{${value}}}`];
      default:
        return [`{{${kind}${value}}} is not allowed`];
    }
  });
}

function isKnown(name: string, sections: readonly string[]): boolean {
  // There, a label or a piece of metadata of that name would stand in for it.
  if (name === 'link' && sections.some((section) => section in GROUPS)) return false;
  if (NAMES.has(name) || OPEN.test(name)) return true;
  return sections.some((section) => WITHIN[section]?.(name) ?? false);
}

/** Renders a template that has no faults. */
export function renderTemplate(text: string, view: View, target: Target): string {
  return mustache.render(text, view, undefined, {
    escape: (value) => written(value, view, target),
  });
}

function written(value: unknown, view: View, target: Target): string {
  // What is no text is a group of names, which has none of its own.
  if (typeof value !== 'string') return '';
  if (target === 'plain') return value;
  if (target === 'mrkdwn') return escapeSlack(value);
  return value === view['link'] ? value : encodeURIComponent(value);
}
