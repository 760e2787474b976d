import { hash } from 'node:crypto';
import { BridgeError } from '@gemini-events/events';
import { z } from 'zod';
import type { StoredRow, StoreSteps } from '../definition/run-context.ts';
import type { RunSteps } from '../engine/run-parts.ts';

const MOST_ROWS = 10_000;
const USUAL_ROWS = 1_000;
/** What a step may keep: it goes into the database with the run. */
const MOST_TEXT = 8_192;

const rowSchema = z.object({
  key: z.string().nullable().catch(null),
  response: z
    .object({
      candidates: z.array(
        z.object({
          content: z.object({ parts: z.array(z.object({ text: z.string().catch('') })) }),
        }),
      ),
    })
    .nullable()
    .catch(null),
  error: z
    .object({ message: z.string().catch('failed') })
    .nullable()
    .catch(null),
});

/** Steps on what is stored. */
export function createStoreSteps({ durable, parts, source }: RunSteps): StoreSteps {
  return {
    put(name, content, contentType = 'text/markdown') {
      // The run's id and the name come from outside: hashed, they name one place and no other.
      const key = `runs/${hash('sha256', durable.runId).slice(0, 32)}/${hash('sha256', name).slice(0, 16)}`;
      return durable.step(
        `store ${name}`,
        async () => {
          await parts.results.put(key, content, contentType);
          return key;
        },
        { input: { name, characters: content.length, contentType } },
      );
    },
    rows(resourceId, { limit = USUAL_ROWS } = {}) {
      return durable.step(
        `rows of ${resourceId}`,
        async ({ signal }) => {
          const manifests = await parts.results.outputs.ofJob(resourceId);
          const output = manifests.find((each) => each.source === source) ?? manifests[0];
          const part = output?.parts[0];
          // The results consumer stores it beside this run: it may not have come to it yet.
          if (part === undefined) {
            throw new BridgeError('ERR_OUTPUT_UNKNOWN', `no output of ${resourceId} is stored`);
          }
          const rows: StoredRow[] = [];
          for await (const line of linesOf(await parts.results.outputs.read(part))) {
            signal.throwIfAborted();
            if (line.trim() !== '') rows.push(readRow(line));
            if (rows.length >= Math.min(limit, MOST_ROWS)) break;
          }
          return rows;
        },
        { input: { resourceId, limit }, attempts: 12, waitMs: 500, longestWaitMs: 30_000 },
      );
    },
  };
}

async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

function readRow(line: string): StoredRow {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch {
    return { key: null, text: null, error: 'the row is no JSON' };
  }
  const read = rowSchema.safeParse(given);
  if (!read.success) return { key: null, text: null, error: 'the row is no object' };
  const { key, response, error } = read.data;
  const text = (response?.candidates[0]?.content.parts ?? []).map((part) => part.text).join('');
  if (error !== null) return { key, text: null, error: error.message.slice(0, MOST_TEXT) };
  // Neither an answer nor an error, or one that was held back (contract notes, hazard 17).
  return text === ''
    ? { key, text: null, error: 'no text' }
    : { key, text: text.slice(0, MOST_TEXT), error: null };
}
