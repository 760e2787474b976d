import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type AgentBed, makeAgentBed } from '../../agent/bed.ts';
import { withStack } from '../../kit/with-stack.ts';
import { cpuSeconds, residentMib } from '../cpu.ts';

export interface AgentBenchResult {
  readonly runs: number;
  /** From the first job that is launched to the end of the last run. */
  readonly seconds: number;
  /** Of the agent alone. */
  readonly cpuSeconds: number;
  readonly peakMib: number;
}

const WORKFLOWS = fileURLToPath(new URL('../../chaos/agent/workflows.ts', import.meta.url));
const LIMIT_MS = 600_000;
const WARM_UP = 50;
const AT_A_TIME = 16;

/**
 * Runs of two paid calls each (a continuation with two tools, a batch), the whole way: jobs are launched,
 * their events come by webhook, ingress and dedup. Beside the agent run results, sync and notifier, and the
 * simulator, the broker and Postgres on the same cores.
 */
export function runAgentBench(options: {
  readonly runs: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<readonly AgentBenchResult[]> {
  const { runs, rounds, say } = options;
  return withStack('bench', async (stack, dir) => {
    const bed = await makeAgentBed(stack, { dir, workflows: WORKFLOWS });
    try {
      for (const name of ['results', 'sync', 'notifier'] as const) await bed.startBeside(name);
      const agent = await bed.startAgent('bench');
      await runAll(bed, 'w', WARM_UP);
      const results: AgentBenchResult[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        const cpu = cpuSeconds(agent.pid);
        const startedAt = performance.now();
        await runAll(bed, `r${round}`, runs);
        const seconds = (performance.now() - startedAt) / 1_000;
        say(`  round ${round}: ${Math.round((runs / seconds) * 60)} runs/min`);
        results.push({
          runs,
          seconds,
          cpuSeconds: cpuSeconds(agent.pid) - cpu,
          peakMib: residentMib(agent.pid).peak,
        });
      }
      return results;
    } finally {
      await bed.close();
    }
  });
}

/** Launches so many jobs and waits until the run of each has ended. */
async function runAll(bed: AgentBed, name: string, count: number): Promise<void> {
  const done = async (): Promise<number> => {
    const { rows } = await bed.db.query<{ count: number }>(
      `select count(*)::int as count from gemini_events.runs where state = 'done'`,
    );
    return rows[0]?.count ?? 0;
  };
  const before = await done();
  const endsAt = performance.now() + LIMIT_MS;
  const turns = [
    { calls: ['quick', 'slow'].map((tool) => ({ name: tool, arguments: { id: name } })) },
    { text: 'go on' },
  ];
  const request = {
    kind: 'interaction',
    model: 'gemini-3.8-flash',
    input: `simulate: ${JSON.stringify({ turns })}`,
    tools: ['quick', 'slow'].map((tool) => ({ type: 'function', name: tool })),
  } as const;
  let next = 0;
  const launch = async (): Promise<void> => {
    for (let at = next++; at < count; at = next++) {
      await bed.launchJob({ key: `${name}-${at}`, route: 'chaos', request });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, launch));
  while ((await done()) - before < count) {
    if (performance.now() > endsAt) throw new Error(`${(await done()) - before} of ${count}`);
    await delay(200);
  }
}
