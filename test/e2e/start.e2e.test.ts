import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CliRun, runCli } from '../kit/cli.ts';
import { processesOf } from '../kit/processes-of.ts';

const LIMIT_MS = 150_000;

/** Embedded servers of their own: what the environment names is not used. */
const OWN = { KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '', DATABASE_URL: '' };

interface Counts {
  readonly delivered: number;
  readonly accepted: number;
  readonly refused: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly events: number;
  readonly results: number;
  readonly seconds: number;
}

function countsOf(run: CliRun): Counts {
  return JSON.parse(run.stdout().trim().split('\n').at(-1) ?? '') as Counts;
}

function expectToAddUp(counts: Counts): void {
  const { delivered, accepted, refused, duplicates, quarantined, events, results } = counts;
  expect(delivered).toBe(accepted + refused);
  expect(accepted).toBe(events + duplicates + quarantined);
  expect(Math.min(refused, duplicates, results)).toBeGreaterThan(0);
  expect(results).toBeLessThanOrEqual(events);
}

const nothingIsLeft = (folder: string): Promise<void> =>
  vi.waitFor(() => expect(processesOf(folder)).toEqual([]), { timeout: 40_000, interval: 100 });

describe('start', () => {
  let cwd: string;
  let schemaIds: string;
  let running: CliRun | undefined;

  const start = (...args: readonly string[]): CliRun => {
    running = runCli(['start', ...args], { cwd, env: OWN });
    return running;
  };
  const schemas = async (): Promise<string> => {
    const run = runCli(['schemas', 'apply', '--json'], { cwd, env: OWN });
    expect(await run.ended).toBe(0);
    return run.stdout();
  };

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'gemini-events-start-'));
  });
  // A test that failed half-way leaves its start running.
  afterEach(async () => {
    running?.child.kill('SIGTERM');
    await running?.ended;
  });
  afterAll(() => rm(cwd, { recursive: true, force: true }));

  it('runs the bridge, and leaves no process behind when it is killed with -9', async () => {
    const run = start('--json');
    await run.says('The bridge runs', LIMIT_MS);
    expectToAddUp(countsOf(run));
    schemaIds = await schemas();
    expect(processesOf(cwd).length).toBeGreaterThan(6);
    run.child.kill('SIGKILL');
    expect(await run.ended).toBe('SIGKILL');
    await nothingIsLeft(cwd);
  }, 200_000);

  it('goes on with the kept data after the kill, with the same schema ids; Ctrl-C ends it', async () => {
    const run = start('--json');
    await run.says('The bridge runs', LIMIT_MS);
    expectToAddUp(countsOf(run));
    expect(await schemas()).toBe(schemaIds);
    const topics = runCli(['topics', 'apply', '--json'], { cwd, env: OWN });
    expect(await topics.ended).toBe(0);
    const actions = JSON.parse(topics.stdout()) as { action: string }[];
    expect(new Set(actions.map(({ action }) => action))).toEqual(new Set(['unchanged']));

    // An example of the agent works here, by the dynamic webhook whose keys this simulator has made.
    const turns = [
      { calls: [{ name: 'get_order', arguments: { order_id: 'A17' } }] },
      { text: 'It was shipped.' },
    ];
    const input = `simulate: ${JSON.stringify({ turns })}`;
    const asked = ['--route', 'orders', '--function', 'get_order', '--input', input, '--json'];
    const launch = runCli(['jobs', 'launch', 'order-1', ...asked], { cwd, env: OWN });
    expect(await launch.ended).toBe(0);
    const { id: job } = JSON.parse(launch.stdout()) as { readonly id: string };
    await vi.waitFor(
      async () => {
        const shown = runCli(['runs', 'ls', '--resource', job, '--json'], { cwd, env: OWN });
        expect(await shown.ended).toBe(0);
        expect(JSON.parse(shown.stdout())).toMatchObject([{ state: 'done' }]);
      },
      { timeout: 40_000, interval: 200 },
    );
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
    await nothingIsLeft(cwd);
  }, 200_000);

  it('ends by itself with --once after a clean stop, and prints no secret', async () => {
    const run = start('--once', '--json');
    expect(await run.ended).toBe(0);
    expectToAddUp(countsOf(run));
    await nothingIsLeft(cwd);
    const secret = await readFile(join(cwd, '.gemini-events/webhook-secret'), 'utf8');
    const apiKey = await readFile(join(cwd, '.gemini-events/api-key'), 'utf8');
    const ownerKey = await readFile(join(cwd, '.gemini-events/owner-key'), 'utf8');
    const printed = run.stdout() + run.stderr();
    for (const name of ['simulator', 'ingress', 'dedup', 'results', 'agent']) {
      const log = await readFile(join(cwd, `.gemini-events/logs/${name}.log`), 'utf8');
      for (const hidden of [secret, apiKey, ownerKey]) expect(printed + log).not.toContain(hidden);
    }
  }, 200_000);
});
