import { beginningOf, SLACK_LIMITS as MOST } from '@gemini-events/slack';
import { code, escaped, mrkdwn, oneLine, quoted, type SlackText } from './approval-text.ts';

/** What is longer stands in a section of its own. */
const SHORT = 200;
const NAME = 100;
/** A chat is no place for more: `gemini-events approvals show` has all of it. */
const LONGEST = 1_500;
const MOST_FIELDS = 20;
const MOST_SECTIONS = 5;

/**
 * The blocks of what a decision rests on: short values as fields, long texts quoted, all else as code.
 * Nothing of it can call people, make a link or look like a line of ours.
 * @param evidence JSON; what is none is shown as it is
 */
export function evidenceBlocks(evidence: string): readonly object[] {
  const value = parse(evidence);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return evidence.trim() === '' ? [] : [section(mrkdwn(code(evidence, LONGEST), MOST.section))];
  }
  const entries = Object.entries(value);
  const fields = entries.flatMap(([name, each]) => {
    const text = shortOf(each);
    return text === null ? [] : [mrkdwn(`${nameOf(name)}\n${escaped(text)}`, MOST.field)];
  });
  const sections = entries.flatMap(([name, each]) => {
    return shortOf(each) === null ? [section(longOf(name, each))] : [];
  });
  const left =
    Math.max(0, fields.length - MOST_FIELDS) + Math.max(0, sections.length - MOST_SECTIONS);
  return [
    ...inTens(fields.slice(0, MOST_FIELDS)).map((ten) => ({ type: 'section', fields: ten })),
    ...sections.slice(0, MOST_SECTIONS),
    ...(left === 0 ? [] : [section(mrkdwn(`_and ${left} more_`, MOST.section))]),
  ];
}

/** Null where it is long, or no plain value. */
function shortOf(value: unknown): string | null {
  if (typeof value === 'object' && value !== null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= SHORT ? oneLine(text) : null;
}

function longOf(name: string, value: unknown): SlackText {
  const head = `${nameOf(name)}\n`;
  if (typeof value === 'string') return mrkdwn(head + quoted(value), LONGEST);
  const text = JSON.stringify(value, null, 2);
  return mrkdwn(head + code(text, LONGEST), MOST.section);
}

function nameOf(name: string): string {
  return `*${escaped(oneLine(beginningOf(name, NAME)))}*`;
}

function section(text: SlackText): object {
  return { type: 'section', text };
}

function inTens(fields: readonly SlackText[]): readonly (readonly SlackText[])[] {
  const count = Math.ceil(fields.length / MOST.fields);
  return Array.from({ length: count }, (_, at) =>
    fields.slice(at * MOST.fields, (at + 1) * MOST.fields),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
