import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { BridgeError, isBridgeError } from '@gemini-events/events';
import { batchOutput, operationFile } from './gemini/batch-output.ts';
import type { Download, GeminiClient } from './gemini/client.ts';
import type { OutputPlan } from './plan-output.ts';

/**
 * Opens the output that a plan names. Null when the job has none.
 * @throws BridgeError ERR_RESULT_NOT_FOUND, ERR_RESULT_POINTER, ERR_GEMINI_*
 */
export async function fetchOutput(client: GeminiClient, plan: OutputPlan): Promise<Download | null> {
  switch (plan.kind) {
    case 'none':
      return null;
    case 'file':
      return client.download(plan.name);
    case 'interaction':
      return client.get(plan.name);
    case 'batch':
      return fetchBatch(client, plan.name, plan.hint);
    case 'operation': {
      const file = operationFile(await json((await client.get(plan.name)).body));
      if (file === null) throw new BridgeError('ERR_RESULT_POINTER', `${plan.name} names no video file`);
      return client.download(file);
    }
  }
}

async function fetchBatch(client: GeminiClient, name: string, hint: string | null): Promise<Download | null> {
  let job: Download;
  try {
    job = await client.get(name);
  } catch (error) {
    // The job is gone, its file may still be there.
    if (hint === null || !isBridgeError(error, 'ERR_RESULT_NOT_FOUND')) throw error;
    return client.download(hint);
  }
  const output = batchOutput(await json(job.body));
  if (output.kind === 'file') return client.download(output.name);
  if (output.kind === 'none') {
    if (hint !== null) return client.download(hint);
    throw new BridgeError('ERR_RESULT_POINTER', `${name} has neither a file nor inlined responses`);
  }
  const lines = Buffer.from(output.responses.map((each) => `${JSON.stringify(each)}\n`).join(''));
  return { body: Readable.from([lines]), length: lines.length, contentType: 'application/jsonl' };
}
