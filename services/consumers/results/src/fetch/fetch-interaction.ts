import { BridgeError, isBridgeError } from '@gemini-events/events';
import { type InteractionJob, type OutputFile, readInteraction } from '@gemini-events/gemini';
import type { HttpAnswer } from '@gemini-events/http';
import type { OutputPart } from '@gemini-events/objects';
import type { JobPlan } from '../plan-output.ts';
import { type Ended, ended } from './ended.ts';
import { askJob, type FetchContext, notReady } from './fetch-context.ts';
import { createGate } from './gate.ts';
import { endingOf } from './media-types.ts';
import { readHead } from './read-head.ts';
import { storeChunks, storePointer } from './store-file.ts';

/** Longer ones are stored as they are, and not looked into. */
const MAX_LOOK_BYTES = 8 * 1024 * 1024;
const JSON_PART = { name: 'interaction.json', contentType: 'application/json' };

/** So many are in memory as a whole at a time. */
const fewAtATime = createGate(2);

const UNFINISHED = new Set(['queued', 'in_progress', 'requires_continuation']);
const WITHOUT_OUTPUT: Readonly<Record<string, 'failed' | 'cancelled'>> = {
  failed: 'failed',
  cancelled: 'cancelled',
};
/** Ended before it was done: what there is, is stored. */
const CUT_OFF = new Set(['incomplete', 'budget_exceeded']);

/**
 * Asks an interaction what it came to and stores it: the JSON as it came first, then its text and its
 * files as parts of their own.
 * @throws BridgeError ERR_RESULT_NOT_READY, ERR_RESULT_POINTER, and those of the calls
 */
export async function fetchInteraction(context: FetchContext, plan: JobPlan): Promise<Ended> {
  return fewAtATime(async () => {
    let answer: HttpAnswer;
    try {
      answer = await askJob(context, plan.name);
    } catch (error) {
      // It is gone, but how it ended was said.
      if (plan.word !== null && isBridgeError(error, 'ERR_GEMINI_NOT_FOUND'))
        return ended(plan.word);
      throw error;
    }
    const { head, whole } = await read(answer, plan.name);
    if (whole !== null) {
      return ended({ status: 'stored', parts: [await storeChunks(context, whole, JSON_PART)] });
    }
    const job = readInteraction(parse(head, plan.name));
    const { status, usage, model, error } = job;
    if (status !== null && UNFINISHED.has(status)) throw notReady(plan.name, status);
    const end = WITHOUT_OUTPUT[status ?? ''];
    if (end !== undefined) {
      return ended({ status: end, error: error ?? plan.word?.error ?? null, usage, model });
    }
    const isCutOff = CUT_OFF.has(status ?? '');
    return ended({
      status: isCutOff ? 'partial' : 'stored',
      parts: await storeParts(context, head, job),
      usage,
      model,
      answer: {
        characters: job.text.length,
        citations: job.citations,
        functionCalls: job.functionCalls,
      },
      error: isCutOff ? (error ?? { code: status, message: null }) : error,
    });
  });
}

async function storeParts(
  context: FetchContext,
  json: Buffer,
  { text, files }: InteractionJob,
): Promise<readonly OutputPart[]> {
  const parts = [await storeChunks(context, [json], JSON_PART)];
  if (text !== '') {
    const about = { name: 'answer.md', contentType: 'text/markdown; charset=utf-8' };
    parts.push(await storeChunks(context, [Buffer.from(text)], about));
  }
  for (const [at, file] of files.entries()) {
    parts.push(await storeFile(context, file, `file-${at + 1}`));
  }
  return parts;
}

function storeFile(context: FetchContext, file: OutputFile, name: string): Promise<OutputPart> {
  const { data, uri, mimeType } = file;
  if (data === null) return storePointer(context, uri ?? '', name);
  const about = { name: `${name}.${endingOf(mimeType)}`, contentType: mimeType };
  return storeChunks(context, [Buffer.from(data, 'base64')], about);
}

async function read({ body }: HttpAnswer, name: string): ReturnType<typeof readHead> {
  try {
    return await readHead(body as AsyncIterable<Buffer>, MAX_LOOK_BYTES);
  } catch (cause) {
    const message = `the answer about ${name} broke off`;
    throw new BridgeError('ERR_GEMINI_UNAVAILABLE', message, { cause });
  }
}

function parse(bytes: Buffer, name: string): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch (cause) {
    const message = `the answer about ${name} is not JSON`;
    throw new BridgeError('ERR_GEMINI_UNAVAILABLE', message, { cause });
  }
}
