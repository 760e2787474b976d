import { BridgeError, isBridgeError } from '@gemini-events/events';
import { type BatchJob, createRowSplitter, readBatchJob } from '@gemini-events/gemini';
import type { Download, HttpAnswer } from '@gemini-events/http';
import type { JobPlan } from '../plan-output.ts';
import { type Ended, ended } from './ended.ts';
import { askJob, type FetchContext, notReady, openPointer } from './fetch-context.ts';
import { type StoredRows, storeRows } from './row-sink.ts';
import { withUnpacked } from './unpack.ts';

/** Longest inlined response, and longest rest of an answer about a job. */
const MAX_ROW_BYTES = 8 * 1024 * 1024;
const MAX_REST_BYTES = 2 * 1024 * 1024;

/**
 * Asks a batch what became of it and stores its output, wherever that is.
 * @throws BridgeError ERR_RESULT_NOT_READY, ERR_RESULT_POINTER, ERR_RESULT_BROKEN, and those of the calls
 */
export async function fetchBatch(context: FetchContext, plan: JobPlan): Promise<Ended> {
  let answer: HttpAnswer;
  try {
    answer = await askJob(context, plan.name);
  } catch (error) {
    if (!isBridgeError(error, 'ERR_GEMINI_NOT_FOUND')) throw error;
    // The job is gone: what its event said is all that is left.
    if (plan.hint !== null) return fromFile(context, await openPointer(context, plan.hint), null);
    if (plan.word !== null) return ended(plan.word);
    throw error;
  }
  // Inlined rows are stored while the answer is read; what the job says besides comes at its end.
  const rows = inlinedRows(answer, plan.name);
  const first = await rows.next();
  if (first.done === true) return fromJob(context, plan, first.value);
  let job: BatchJob | null = null;
  const all = async function* (): AsyncGenerator<Buffer, void> {
    yield first.value;
    for (let next = await rows.next(); ; next = await rows.next()) {
      if (next.done === true) {
        job = next.value;
        return;
      }
      yield next.value;
    }
  };
  try {
    return fromRows(await storeRows(context, { chunks: all(), sha256: null }), job);
  } finally {
    await rows.return(undefined as never);
  }
}

async function fromJob(context: FetchContext, plan: JobPlan, job: BatchJob): Promise<Ended> {
  const { state, error, model, requests } = job;
  if (state === 'running') throw notReady(plan.name, 'unfinished');
  if (state !== 'succeeded') {
    return ended({ status: state, error: error ?? plan.word?.error ?? null, model, requests });
  }
  const pointer = job.file ?? job.pointer;
  if (pointer === null) {
    throw new BridgeError('ERR_RESULT_POINTER', `${plan.name} has no output`);
  }
  return fromFile(context, await openPointer(context, pointer), job);
}

async function fromFile(
  context: FetchContext,
  download: Download,
  job: BatchJob | null,
): Promise<Ended> {
  const rows = await withUnpacked(context, download, { isText: true }, (unpacked) =>
    storeRows(context, unpacked),
  );
  return fromRows(rows, job);
}

function fromRows({ output, rows, index }: StoredRows, job: BatchJob | null): Ended {
  const requests = job?.requests ?? null;
  const isWhole = rows.failed === 0 && (requests === null || requests === rows.rows);
  return ended({
    status: isWhole ? 'stored' : 'partial',
    parts: [output],
    rows,
    requests,
    index,
    usage: rows.usage,
    model: rows.model ?? job?.model ?? null,
  });
}

/** Inlined responses as lines, then what the job says besides. */
async function* inlinedRows({ body }: HttpAnswer, name: string): AsyncGenerator<Buffer, BatchJob> {
  const lines: Buffer[] = [];
  const splitter = createRowSplitter({
    arrayName: 'inlinedResponses',
    maxRowBytes: MAX_ROW_BYTES,
    maxRestBytes: MAX_REST_BYTES,
    // On one line, however the API prints it.
    onRow: (json) => lines.push(Buffer.from(`${JSON.stringify(JSON.parse(json.toString()))}\n`)),
  });
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      splitter.push(chunk);
      yield* lines.splice(0);
    }
    return readBatchJob(splitter.end());
  } catch (cause) {
    if (cause instanceof BridgeError) throw cause;
    const message = `the answer about ${name} broke off, or is not JSON`;
    throw new BridgeError('ERR_GEMINI_UNAVAILABLE', message, { cause });
  } finally {
    body.destroy();
  }
}
