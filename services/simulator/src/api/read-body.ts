import type { Context } from 'hono';
import type { z } from 'zod';
import { invalid } from './google-error.ts';

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON object of a request; an empty body counts as `{}`. */
export async function readObject(context: Context): Promise<Json> {
  const text = await context.req.text();
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('Invalid JSON payload received.');
  }
  if (!isObject(value)) throw invalid('Invalid JSON payload received: an object was expected.');
  return value;
}

/** Checks a snake_case body strictly, as the live API does for interactions and webhooks. */
export function parseStrict<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  // A field in the wrong spelling is missing as well: what it should be called helps more.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const place = issue?.path.map(String).join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const hint = snake === key ? '' : ` Did you mean '${snake}'?`;
    throw invalid(`Unknown parameter '${place === '' ? key : `${place}.${key}`}'.${hint}`);
  }
  throw invalid(`Invalid value at '${place}': ${issue?.message ?? 'not understood'}.`);
}

/** A field of the services that take both spellings, camelCase and snake_case. */
export function field(object: Json, camel: string): unknown {
  const snake = camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return object[camel] ?? object[snake];
}

/** The same where it is a text; null otherwise. */
export function textField(object: Json, camel: string): string | null {
  const value = field(object, camel);
  return typeof value === 'string' ? value : null;
}
