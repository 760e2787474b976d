import { z } from 'zod';

const snapshotSchema = z.object({
  done: z.boolean(),
  delivered: z.number(),
  accepted: z.number(),
  refused: z.number(),
});
/** How far a run of the simulator is. */
export type RunSnapshot = z.output<typeof snapshotSchema>;

/** Some of every kind and every trouble, in a few seconds. */
const JOBS = { batch: 80, interaction: 80, video: 40 };
const JOBS_PER_SECOND = 50;

/** The control calls of the simulator. */
export function createSimulatorClient(baseUrl: string) {
  const call = async (path: string, init?: RequestInit): Promise<Response> => {
    const answer = await fetch(`${baseUrl}/simulator${path}`, init);
    if (!answer.ok) throw new Error(`the simulator answered ${answer.status} to ${path}`);
    return answer;
  };
  return {
    async startRun(): Promise<string> {
      const body = JSON.stringify({ jobs: JOBS, ratePerSecond: JOBS_PER_SECOND });
      const answer = await call('/runs', { method: 'POST', body });
      return z.object({ id: z.string() }).parse(await answer.json()).id;
    },
    async snapshot(runId: string): Promise<RunSnapshot> {
      return snapshotSchema.parse(await (await call(`/runs/${runId}`)).json());
    },
    /** webhook-ids that were answered 2xx up to now. */
    async acceptedIds(runId: string): Promise<string[]> {
      const lines = (await (await call(`/runs/${runId}/accepted`)).text()).split('\n');
      return lines
        .filter((line) => line !== '')
        .map((line) => z.object({ webhook_id: z.string() }).parse(JSON.parse(line)).webhook_id);
    },
  };
}
