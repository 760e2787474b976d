import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '@gemini-events/stack';
import { type AgentBed, makeAgentBed } from '../../agent/bed.ts';
import type { ServiceProcess } from '../../kit/service.ts';
import { withStack } from '../../kit/with-stack.ts';
import { untilReady } from '../../results/bed.ts';
import { createRandom, type Random } from '../random.ts';
import { startLink } from '../sync/breakable-link.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

const LIMIT_MS = 600_000;
const KILL_EVERY_MS = 2_000;
/** Of a hundred paid calls the answers of so many are lost. */
const LOST = 3;
/** Of ten runs so many ask a human. */
const ASKING = 1;
const WORKFLOWS = fileURLToPath(new URL('workflows.ts', import.meta.url));

/**
 * Runs of two paid calls each, while two agents are killed in turn, Postgres is restarted, deliveries are
 * repeated, and answers are lost: what stands before the API has seen each call made once, and every run
 * ends. Those of which nobody can tell stop for a human, and are counted.
 */
export function runAgentKills(options: {
  readonly seed: number;
  readonly runs: number;
  readonly kills: number;
  readonly say: (line: string) => void;
}): Promise<readonly string[]> {
  const { runs, kills, say } = options;
  const random = createRandom(options.seed);
  return withStack('chaos', async (stack, dir) => {
    const dataDir = join(dir, 'own-postgres');
    let postgres = await startPostgres({ dataDir });
    const url = new URL(postgres.url);
    const link = await startLink({ host: '127.0.0.1', port: Number(url.port) });
    url.port = String(link.port);
    const proxies: RecordingProxy[] = [];
    const bed = await makeAgentBed(
      { ...stack, databaseUrl: url.href },
      {
        dir,
        workflows: WORKFLOWS,
        simulator: { SIMULATOR_REPEATS: '0.2', SIMULATOR_JOB_MAX_MS: '1500' },
        agent: { AGENT_SETTLE_MINUTES: '1', AGENT_LOOK_MIN_SECONDS: '5' },
        proxy: async (origin) => {
          const proxy = await startRecordingProxy(origin, () => random.int(1, 100) <= LOST);
          proxies.push(proxy);
          return proxy;
        },
      },
    );
    const deciding = new AbortController();
    try {
      const fleet = new Map<string, ServiceProcess>();
      for (const name of ['i1', 'i2']) fleet.set(name, await bed.startAgent(name));
      /** As whatever supervises it would: an ephemeral port of somebody else may have been taken. */
      const relaunch = async (name: string): Promise<void> => {
        say(`  ${name} ended by itself: ${await lastWords(dir, name)}`);
        fleet.set(name, await bed.launchAgent(name));
      };
      void decideAlways(bed, deciding.signal);
      const launching = launchAll(bed, runs);
      for (let kill = 1; kill <= kills; kill += 1) {
        await delay(KILL_EVERY_MS);
        const name = await readyOne(bed, fleet, random, relaunch);
        fleet.get(name)?.kill('SIGKILL');
        await fleet.get(name)?.exited;
        fleet.set(name, await bed.launchAgent(name));
        if (kill % 5 === 0) say(`  ${kill} kills, ${await standing(bed)}`);
        if (kill !== Math.ceil(kills / 2)) continue;
        await postgres.stop();
        postgres = await startPostgres({ dataDir });
        link.lead(Number(new URL(postgres.url).port));
        say('  Postgres restarted');
      }
      for (const name of fleet.keys()) {
        await untilReady(fleet.get(name) as ServiceProcess).catch(() => relaunch(name));
      }
      await launching;
      const stopped = await untilEnded(bed, runs, say);
      return await findFaults(bed, proxies[0], { runs, stopped, say });
    } catch (error) {
      for (const name of ['i1', 'i2'])
        say(`  last words of ${name}: ${await lastWords(dir, name)}`);
      throw error;
    } finally {
      deciding.abort();
      await bed.close();
      await proxies[0]?.close();
      await link.cut();
      await postgres.stop();
    }
  });
}

async function lastWords(dir: string, name: string): Promise<string> {
  const text = await readFile(join(dir, `${name}.log`), 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-5).join('\n    ');
}

/** One that works: to kill those that are still starting would leave nobody to do anything. */
async function readyOne(
  bed: AgentBed,
  fleet: ReadonlyMap<string, ServiceProcess>,
  random: Random,
  relaunch: (name: string) => Promise<void>,
): Promise<string> {
  for (;;) {
    const ready: string[] = [];
    for (const [name, service] of fleet) {
      if (!bed.instances.has(service)) await relaunch(name);
      if (await service.isReady().catch(() => false)) ready.push(name);
    }
    if (ready.length > 0) return random.pick(ready);
    await delay(50);
  }
}

async function launchAll(bed: AgentBed, runs: number): Promise<void> {
  const turns = (at: number) => [
    {
      calls: [
        { name: 'quick', arguments: { id: `q${at}` } },
        { name: 'slow', arguments: { id: `s${at}` } },
      ],
    },
    { text: at % 10 < ASKING ? 'ask' : 'go on' },
  ];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < runs; at = next++) {
      const input = `simulate: ${JSON.stringify({ turns: turns(at) })}`;
      const request = {
        kind: 'interaction',
        model: 'gemini-3.8-flash',
        input,
        tools: [
          { type: 'function', name: 'quick' },
          { type: 'function', name: 'slow' },
        ],
      } as const;
      const order = { key: `chaos-${at}`, route: 'chaos', request };
      const launched = await bed.launchJob(order, at % 2 === 0 ? 'static' : 'dynamic');
      if (launched.kind !== 'created') throw new Error(`${order.key} is ${launched.kind}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

/** A human who says yes to what workflows ask, and nothing to calls of which nobody knows. */
async function decideAlways(bed: AgentBed, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const open = await bed.approvals.list({ state: 'requested', limit: 100 }).catch(() => []);
    for (const { id, title } of open) {
      if (title !== 'Go on?') continue;
      const decision = {
        id,
        choice: 'approve',
        actor: 'cli:chaos',
        via: 'cli',
        reason: null,
      } as const;
      await bed.approvals.decide(decision).catch(() => undefined);
    }
    await delay(250);
  }
}

/** Waits until all runs have ended; those that stop for a human are let go on. Returns how many did. */
async function untilEnded(
  bed: AgentBed,
  runs: number,
  say: (line: string) => void,
): Promise<number> {
  const endsAt = Date.now() + LIMIT_MS;
  const stopped = new Set<string>();
  for (let round = 0; ; round += 1) {
    const open = await bed.approvals.list({ state: 'requested', limit: 100 });
    for (const { id, title, runId } of open) {
      if (title === 'Go on?') continue;
      stopped.add(runId);
      await bed.approvals.decide({
        id,
        choice: 'again',
        actor: 'cli:chaos',
        via: 'cli',
        reason: null,
      });
    }
    const counts = await statesOf(bed);
    const ended = (counts['done'] ?? 0) + (counts['failed'] ?? 0);
    if (ended >= runs) return stopped.size;
    if (Date.now() > endsAt) throw new Error(`not ended: ${await standing(bed)}`);
    if (round % 5 === 0) say(`  ${await standing(bed)}`);
    await delay(2_000);
  }
}

async function statesOf(bed: AgentBed): Promise<Readonly<Record<string, number>>> {
  const { rows } = await bed.db.query<{ state: string; count: number }>(
    'select state, count(*)::int as count from gemini_events.runs group by state',
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

async function standing(bed: AgentBed): Promise<string> {
  return JSON.stringify(await statesOf(bed).catch(() => 'Postgres is away'));
}

async function findFaults(
  bed: AgentBed,
  proxy: RecordingProxy | undefined,
  { runs, stopped, say }: { runs: number; stopped: number; say: (line: string) => void },
): Promise<readonly string[]> {
  const faults: string[] = [];
  const made = (proxy?.paid() ?? []).filter(({ wasMade }) => wasMade);
  const times = Map.groupBy(made, ({ what }) => what);
  for (const [what, all] of times)
    if (all.length > 1) faults.push(`${what}: paid ${all.length} times`);
  if (times.size !== 2 * runs) faults.push(`${times.size} of ${2 * runs} paid calls`);
  const counts = await statesOf(bed);
  if (counts['done'] !== runs) faults.push(`of ${runs} runs: ${JSON.stringify(counts)}`);
  const { rows } = await bed.db.query<{ attempts: number; cut: number }>(
    `select count(*)::int as attempts, (count(*) filter (where state = 'running'))::int as cut
     from gemini_events.run_steps`,
  );
  say(
    `  ${counts['done'] ?? 0} runs done, ${made.length} paid calls for ${2 * runs} that were wanted, ${stopped} runs stopped for a human, ${rows[0]?.attempts ?? 0} attempts at steps, ${rows[0]?.cut ?? 0} cut off`,
  );
  return faults;
}
