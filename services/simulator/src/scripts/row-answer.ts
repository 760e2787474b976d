import { z } from 'zod';
import { isObject } from '../api/read-body.ts';
import { scriptIn } from './script-line.ts';

const rowSchema = z.strictObject({ text: z.string() });

/**
 * The answer that a batch's request asks for with `simulate: {"text":"..."}` in one of its texts; null
 * where it asks for none.
 * @throws GoogleError 400 for a script that cannot be understood
 */
export function rowAnswer(request: unknown): string | null {
  for (const content of listOf(request, 'contents')) {
    for (const part of listOf(content, 'parts')) {
      const text = isObject(part) ? part['text'] : undefined;
      const script = typeof text === 'string' ? scriptIn(rowSchema, text) : null;
      if (script !== null) return script.text;
    }
  }
  return null;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = isObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? list : [];
}
