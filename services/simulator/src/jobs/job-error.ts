import type { Job } from './job.ts';

/** `google.rpc.Status` of a job that failed. */
export function jobError(job: Job): { code: number; status: string; message: string } {
  return job.request.kind === 'batch'
    ? { code: 3, status: 'INVALID_ARGUMENT', message: 'line 3 is not JSON' }
    : { code: 13, status: 'INTERNAL', message: 'agent crashed' };
}
