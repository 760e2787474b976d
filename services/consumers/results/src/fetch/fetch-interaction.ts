import { BridgeError, isBridgeError } from '@gemini-events/events';
import { type InteractionJob, readInteraction } from '@gemini-events/gemini';
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
  const { end, parts } = await fewAtATime(() => readAndStore(context, plan), context.signal);
  // Files that it points to are not in memory, and may take long: others need not wait for them.
  const stored: OutputPart[] = [];
  for (const part of parts) {
    stored.push('pointer' in part ? await storePointer(context, part.pointer, part.name) : part);
  }
  return ended({ ...end, parts: stored });
}

/** A file that is still to be fetched. */
interface Pointed {
  readonly pointer: string;
  readonly name: string;
}

interface Read {
  readonly end: Parameters<typeof ended>[0];
  readonly parts: readonly (OutputPart | Pointed)[];
}

async function readAndStore(context: FetchContext, plan: JobPlan): Promise<Read> {
  let answer: HttpAnswer;
  try {
    answer = await askJob(context, plan.name);
  } catch (error) {
    // It is gone, but how it ended was said.
    if (plan.word !== null && isBridgeError(error, 'ERR_GEMINI_NOT_FOUND'))
      return { end: plan.word, parts: [] };
    throw error;
  }
  const { head, whole } = await read(answer, plan.name);
  if (whole !== null) {
    return { end: { status: 'stored' }, parts: [await storeChunks(context, whole, JSON_PART)] };
  }
  const job = readInteraction(parse(head, plan.name));
  const { status, usage, model, error } = job;
  if (status !== null && UNFINISHED.has(status)) throw notReady(plan.name, status);
  const without = WITHOUT_OUTPUT[status ?? ''];
  if (without !== undefined) {
    const end = { status: without, error: error ?? plan.word?.error ?? null, usage, model };
    return { end, parts: [] };
  }
  const isCutOff = CUT_OFF.has(status ?? '');
  const end: Read['end'] = {
    status: isCutOff ? 'partial' : 'stored',
    usage,
    model,
    answer: {
      characters: job.text.length,
      citations: job.citations,
      functionCalls: job.functionCalls,
    },
    error: isCutOff ? (error ?? { code: status, message: null }) : error,
  };
  return { end, parts: await storeParts(context, head, job) };
}

async function storeParts(
  context: FetchContext,
  json: Buffer,
  { text, files }: InteractionJob,
): Promise<Read['parts']> {
  const parts: (OutputPart | Pointed)[] = [await storeChunks(context, [json], JSON_PART)];
  if (text !== '') {
    const about = { name: 'answer.md', contentType: 'text/markdown; charset=utf-8' };
    parts.push(await storeChunks(context, [Buffer.from(text)], about));
  }
  for (const [at, { data, uri, mimeType }] of files.entries()) {
    const name = `file-${at + 1}`;
    if (data === null) {
      parts.push({ pointer: uri ?? '', name });
      continue;
    }
    const about = { name: `${name}.${endingOf(mimeType)}`, contentType: mimeType };
    parts.push(await storeChunks(context, [Buffer.from(data, 'base64')], about));
  }
  return parts;
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
