import { cut, SLACK_LIMITS as MOST, type SlackMessage } from '@gemini-events/slack';
import { renderTemplate, type Target } from '../templates/template.ts';
import type { View } from '../templates/view.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const PLAIN_KEYS = new Set(['alt_text', 'value', 'title']);
const URL_KEYS = new Set(['url', 'image_url', 'thumb_url']);
/** Slack refuses texts of no characters. */
const NOTHING = '–';

/**
 * Renders a message within Slack's limits, whatever values an event brings.
 * @param blocks Block Kit with templates in its texts; null: one section of the text
 */
export function renderSlack(
  text: string,
  blocks: readonly JsonObject[] | null,
  view: View,
): SlackMessage {
  const shown = render(text, view, 'mrkdwn', MOST.section);
  const section = { type: 'section', text: { type: 'mrkdwn', text: shown, verbatim: true } };
  return {
    text: cut(shown, MOST.text),
    blocks:
      blocks === null
        ? [section]
        : blocks.slice(0, MOST.blocks).map((block) => renderObject(block, view, [])),
  };
}

function render(text: string, view: View, target: Target, most: number): string {
  const rendered = renderTemplate(text, view, target);
  return rendered.trim() === '' ? NOTHING : cut(rendered, most);
}

/** @param path the keys and block types that lead here */
function renderObject(value: JsonObject, view: View, path: readonly string[]): JsonObject {
  const type = value['type'];
  const here = typeof type === 'string' ? [...path, type] : path;
  const isText = type === 'mrkdwn' || type === 'plain_text';
  const entries = Object.entries(value).flatMap(([key, each]): (readonly [string, Json])[] => {
    if (typeof each !== 'string') return [[key, renderJson(each, view, [...here, key])]];
    if (isText && key === 'text') {
      const target = type === 'mrkdwn' ? 'mrkdwn' : 'plain';
      return [[key, render(each, view, target, mostOf(path))]];
    }
    if (URL_KEYS.has(key)) {
      const url = renderTemplate(each, view, 'url');
      // A button without a URL is shown; with one that Slack dislikes, nothing is.
      return isUrl(url) ? [[key, url]] : [];
    }
    if (PLAIN_KEYS.has(key)) return [[key, render(each, view, 'plain', MOST.value)]];
    return [[key, each]];
  });
  // Else Slack would look for mentions such as @here in what values say.
  return { ...(type === 'mrkdwn' ? { verbatim: true } : {}), ...Object.fromEntries(entries) };
}

function isUrl(text: string): boolean {
  return text.length <= MOST.url && /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

function renderJson(value: Json, view: View, path: readonly string[]): Json {
  if (Array.isArray(value)) return value.map((each: Json) => renderJson(each, view, path));
  if (typeof value === 'object' && value !== null) {
    return renderObject(value as JsonObject, view, path);
  }
  return value;
}

function mostOf(path: readonly string[]): number {
  if (path.includes('button')) return MOST.buttonText;
  if (path.includes('fields')) return MOST.field;
  if (path.includes('context')) return MOST.contextText;
  return path.includes('header') ? MOST.header : MOST.section;
}
