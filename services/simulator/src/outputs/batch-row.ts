import type { Job } from '../jobs/job.ts';

/** Of this many rows the last one fails, also in a batch that succeeds (contract notes, hazard 16). */
export const FAILING_ROW = 20;

export interface RowCounts {
  readonly total: number;
  readonly failed: number;
}

/** A row whose answer was asked for does not fail. */
export function isFailing(row: number, answer: string | null = null): boolean {
  return answer === null && row % FAILING_ROW === FAILING_ROW - 1;
}

/** One row of a batch: `{response}` or `{error}`, without its key. */
export function batchRow(job: Job, text: string, fails: boolean): object {
  if (fails) return { error: { code: 3, message: text } };
  const tokens = Math.ceil(text.length / 4);
  return {
    response: {
      candidates: [
        { content: { parts: [{ text }], role: 'model' }, finishReason: 'STOP', index: 0 },
      ],
      usageMetadata: {
        promptTokenCount: 12,
        candidatesTokenCount: tokens,
        totalTokenCount: 12 + tokens,
      },
      modelVersion: job.model.replace(/^models\//, ''),
    },
  };
}

/** ASCII text that tells where it belongs. */
export function filler(seed: string, length: number): string {
  const unit = `${seed} `;
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}
