import { type Job, outputFile } from '../jobs/job.ts';
import { jobError } from '../jobs/job-error.ts';
import { rowCounts } from '../outputs/batch-output.ts';
import { knownRows } from '../outputs/known-rows.ts';

const TYPE = 'type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch';

const STATES = {
  running: 'BATCH_STATE_RUNNING',
  succeeded: 'BATCH_STATE_SUCCEEDED',
  failed: 'BATCH_STATE_FAILED',
  expired: 'BATCH_STATE_EXPIRED',
  cancelled: 'BATCH_STATE_CANCELLED',
  requires_action: 'BATCH_STATE_UNSPECIFIED',
  filtered: 'BATCH_STATE_UNSPECIFIED',
  incomplete: 'BATCH_STATE_UNSPECIFIED',
  budget_exceeded: 'BATCH_STATE_UNSPECIFIED',
} as const;

/** The operation that create, get and list answer with; output stands in both places that are read. */
export function renderBatch(job: Job): object {
  const createTime = new Date(job.createdAt).toISOString();
  const endTime = job.endedAt === null ? null : new Date(job.endedAt).toISOString();
  const output = job.state === 'succeeded' ? renderOutput(job) : null;
  const request = job.request.kind === 'batch' ? job.request : null;
  return {
    name: job.name,
    metadata: {
      '@type': TYPE,
      name: job.name,
      model: job.model,
      displayName: request?.displayName ?? '',
      ...(request?.inputFile ? { inputConfig: { fileName: request.inputFile } } : {}),
      state: STATES[job.state],
      createTime,
      updateTime: endTime ?? createTime,
      ...(endTime === null ? {} : { endTime }),
      batchStats: renderStats(job),
      ...(output === null ? {} : { output }),
    },
    ...(endTime === null ? {} : { done: true }),
    ...(output === null ? {} : { response: { '@type': `${TYPE}Output`, ...output } }),
    ...(job.state === 'failed' ? { error: jobError(job) } : {}),
  };
}

/** int64 as strings, zero ones left out. */
function renderStats(job: Job): object {
  const { total, failed } = rowCounts(job);
  const stats =
    job.state === 'succeeded'
      ? { successfulRequestCount: total - failed, failedRequestCount: failed }
      : job.state === 'running'
        ? { pendingRequestCount: total }
        : { failedRequestCount: total };
  return Object.fromEntries(
    Object.entries({ requestCount: total, ...stats })
      .filter(([, count]) => count > 0)
      .map(([name, count]) => [name, String(count)]),
  );
}

function renderOutput(job: Job): object {
  const responsesFile = outputFile(job);
  if (responsesFile !== null) return { responsesFile };
  const rows = (job.request.kind === 'batch' ? job.request.rows : null) ?? [];
  const inlinedResponses = [...knownRows(job, rows)].map(({ key, row }) => ({
    ...row,
    ...(key === null ? {} : { metadata: { key } }),
  }));
  // Not the order of the requests: a reader has to match by key (contract notes, hazard 14).
  return { inlinedResponses: { inlinedResponses: inlinedResponses.reverse() } };
}
