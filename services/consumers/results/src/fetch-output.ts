import { Readable } from 'node:stream';
import { BridgeError, isBridgeError } from '@gemini-events/events';
import type { Download, GeminiClient } from './gemini/client.ts';
import { batchOutput, interactionStatus, operationOutput } from './gemini/job-answer.ts';
import { readHead } from './gemini/read-head.ts';
import type { OutputPlan } from './plan-output.ts';

/** Longest answer about a job that is read at once. */
const MAX_JOB_BYTES = 32 * 1024 * 1024;
/** Longest interaction whose status is looked at before it is stored. */
const MAX_LOOK_BYTES = 4 * 1024 * 1024;

type Plan<Kind extends OutputPlan['kind']> = Extract<OutputPlan, { kind: Kind }>;

/**
 * Opens the output that a plan names. Where the job can be asked, its own word counts, not the event's.
 * @throws BridgeError ERR_RESULT_NOT_FOUND, ERR_RESULT_POINTER, ERR_RESULT_NOT_READY,
 * ERR_RESULT_TOO_LARGE, ERR_GEMINI_*; ERR_JOB_FOREIGN when our key does not find the job of an event
 * that is not proven to be ours
 */
export function fetchOutput(
  client: GeminiClient,
  plan: OutputPlan,
  options: { readonly isProven: boolean; readonly signal: AbortSignal },
): Promise<Download> {
  const { isProven, signal } = options;
  const ask = async (): Promise<Download> => {
    try {
      return await client.get(plan.name, signal);
    } catch (error) {
      if (isProven || !isHidden(error)) throw error;
      const message = `${plan.name} is not to be found with our key`;
      throw new BridgeError('ERR_JOB_FOREIGN', message, { cause: error });
    }
  };
  const download = (file: string): Promise<Download> => client.download(file, signal);
  if (plan.kind === 'batch') return fetchBatch(plan, ask, download);
  if (plan.kind === 'interaction') return fetchInteraction(plan, ask);
  if (plan.kind === 'operation') return fetchVideo(plan, ask, download);
  return download(plan.file);
}

async function fetchBatch(
  plan: Plan<'batch'>,
  ask: () => Promise<Download>,
  download: (file: string) => Promise<Download>,
): Promise<Download> {
  let job: Download;
  try {
    job = await ask();
  } catch (error) {
    // The job is gone, its file may still be there.
    if (plan.hint === null || !isBridgeError(error, 'ERR_RESULT_NOT_FOUND')) throw error;
    return download(plan.hint);
  }
  const output = batchOutput(await readJson(job, plan.name));
  if (output.kind === 'file') return download(output.name);
  if (output.kind === 'unfinished') throw notReady(plan.name);
  if (output.kind === 'none') {
    throw new BridgeError('ERR_RESULT_POINTER', `${plan.name} has no output`);
  }
  const lines = Buffer.from(output.responses.map((each) => `${JSON.stringify(each)}\n`).join(''));
  return { body: Readable.from([lines]), length: lines.length, contentType: 'application/jsonl' };
}

/** The JSON as it came. */
async function fetchInteraction(
  plan: Plan<'interaction'>,
  ask: () => Promise<Download>,
): Promise<Download> {
  const answer = await ask();
  const { head, rest } = await read(answer, MAX_LOOK_BYTES, plan.name);
  if (rest !== null) return { ...answer, body: rest };
  const status = interactionStatus(parse(head, plan.name));
  if (status !== null && status !== 'completed') throw notReady(plan.name, status);
  return { ...answer, body: Readable.from([head]) };
}

async function fetchVideo(
  plan: Plan<'operation'>,
  ask: () => Promise<Download>,
  download: (file: string) => Promise<Download>,
): Promise<Download> {
  const output = operationOutput(await readJson(await ask(), plan.name));
  if (output.kind === 'unfinished') throw notReady(plan.name);
  if (output.kind === 'file') return download(output.name);
  throw new BridgeError('ERR_RESULT_POINTER', `${plan.name} has no video file`);
}

async function readJson(answer: Download, name: string): Promise<unknown> {
  const { head, rest } = await read(answer, MAX_JOB_BYTES, name);
  if (rest === null) return parse(head, name);
  rest.destroy();
  answer.body.destroy();
  throw new BridgeError('ERR_RESULT_TOO_LARGE', `the answer about ${name} is too long`);
}

async function read(answer: Download, limit: number, name: string) {
  try {
    return await readHead(answer.body, limit);
  } catch (cause) {
    const message = `the answer about ${name} broke off`;
    throw new BridgeError('ERR_GEMINI_UNAVAILABLE', message, { cause });
  }
}

function parse(bytes: Buffer, name: string): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    const message = `the answer about ${name} is not JSON`;
    throw new BridgeError('ERR_GEMINI_UNAVAILABLE', message, { cause });
  }
}

function notReady(name: string, status = 'unfinished'): BridgeError {
  return new BridgeError('ERR_RESULT_NOT_READY', `${name} is ${status}`);
}

/** The answers for what exists nowhere, and for what belongs to another project. */
function isHidden(error: unknown): boolean {
  return (
    isBridgeError(error, 'ERR_RESULT_NOT_FOUND') ||
    (isBridgeError(error, 'ERR_GEMINI_REFUSED') && error.data['status'] === 403)
  );
}
