import { invalid } from './google-error.ts';
import { isObject, type Json } from './read-body.ts';

const CONTENT_TYPES: ReadonlySet<unknown> = new Set([
  'text',
  'image',
  'audio',
  'video',
  'document',
]);

/**
 * The input of an interaction as steps: text and content become `user_input`.
 * @throws GoogleError 400 for an item that is neither content nor a step
 */
export function inputSteps(input: string | Json | readonly unknown[]): Json[] {
  if (typeof input === 'string') return [userInput([{ type: 'text', text: input }])];
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  const steps: Json[] = [];
  let content: Json[] = [];
  for (const [index, item] of items.entries()) {
    if (!isObject(item) || typeof item['type'] !== 'string') {
      throw invalid(`Invalid value at 'input.${index}': content or a step was expected.`);
    }
    const isContent = CONTENT_TYPES.has(item['type']);
    if (isContent) {
      content.push(item);
      continue;
    }
    if (content.length > 0) steps.push(userInput(content));
    content = [];
    steps.push(item);
  }
  return content.length > 0 ? [...steps, userInput(content)] : steps;
}

/** The texts that a user wrote; what functions returned is not among them. */
export function userTexts(steps: readonly Json[]): string[] {
  return steps
    .filter(({ type }) => type === 'user_input')
    .flatMap(({ content }) => (Array.isArray(content) ? (content as unknown[]) : []))
    .flatMap((item) => (isObject(item) && typeof item['text'] === 'string' ? [item['text']] : []));
}

function userInput(content: readonly Json[]): Json {
  return { type: 'user_input', content };
}
