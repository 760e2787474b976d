import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { runCli } from '../kit/cli.ts';
import type { ServiceProcess } from '../kit/service.ts';
import { makeResultsBed, type ResultsBed, untilReady } from './bed.ts';

const BYTES = 4 * 1024 * 1024;
const SOON = { timeout: 40_000, interval: 100 };

describe('results from the simulator, on the command line', () => {
  const stack = inject('stack');
  let dir = '';
  let bed: ResultsBed;
  let consumer: ServiceProcess;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'results-cli-'));
    bed = await makeResultsBed(stack, { dir, outputBytes: BYTES });
    consumer = await bed.launchResults('i1');
    await untilReady(consumer);
  });
  afterAll(async () => {
    await bed?.close();
    await rm(dir, { recursive: true, force: true });
  });
  const cli = async (...args: readonly string[]) => {
    const run = runCli(args, {
      cwd: dir,
      env: {
        KAFKA_BROKERS: stack.kafkaBrokers,
        SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
        TOPIC_PREFIX: bed.prefix,
        RESULTS_DIR: bed.resultsDir,
      },
    });
    const code = await run.ended;
    return { code, stdout: run.stdout(), stderr: run.stderr() };
  };
  const standing = async (resource: string) => {
    const { stdout } = await cli('results', 'ls', '--json');
    const all = JSON.parse(stdout) as {
      resource: string;
      state: string;
      errorCode: string | null;
    }[];
    return all.find((each) => each.resource === resource);
  };

  it('are listed from the event to the end, downloaded, and read by row, through broken connections', async () => {
    await bed.call('PUT', '/simulator/faults', { cuts: { everyBytes: 1_000_000, times: 3 } });
    const [one, lost, early] = await Promise.all([
      bed.createBatch(),
      bed.createBatch(),
      bed.createBatch(),
    ]);
    await bed.call('DELETE', `/v1/${lost}`);
    await bed.publish([
      { id: 'msg_one', resource: one },
      { id: 'msg_lost', resource: lost },
    ]);
    await vi.waitFor(async () => {
      expect(await standing(one)).toMatchObject({ state: 'partial' });
      expect(await standing(lost)).toMatchObject({
        state: 'dead_lettered',
        // The events of these tests are years old.
        errorCode: 'ERR_RESULT_EXPIRED',
      });
    }, SOON);
    const { stdout: table } = await cli('results', 'ls', '--state', 'partial');
    expect(table).toMatch(new RegExp(`^partial +${one} +4.0 MiB +4096 +204 `, 'm'));
    expect(await consumer.metrics()).toMatch(/results_resumed_downloads_total [3-9]/);

    const out = join(dir, 'out.jsonl');
    const got = await cli('results', 'get', one, '--out', out, '--json');
    const { sha256 } = JSON.parse(got.stdout) as { sha256: string };
    const text = await readFile(out);
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
    const file = `files/batch-${one.slice('batches/'.length)}`;
    const { sha256Hash } = await bed.call<{ sha256Hash: string }>('GET', `/v1/${file}`);
    expect(Buffer.from(sha256Hash, 'base64').toString('hex')).toBe(sha256);
    const piped = await cli('results', 'get', one, '--out', '-');
    expect(createHash('sha256').update(piped.stdout).digest('hex')).toBe(sha256);

    const row = await cli('results', 'row', one, 'request-3000');
    expect(row.stdout).toBe(`${text.toString().split('\n')[2_999]}\n`);
    const none = await cli('results', 'row', one, 'request-9999');
    expect([none.code, none.stdout]).toEqual([1, '']);
    expect(none.stderr).toContain('ERR_OUTPUT_UNKNOWN');
    const unknown = await cli('results', 'get', 'batches/nobody');
    expect(unknown.stderr).toContain('ERR_OUTPUT_UNKNOWN');
    // Not fetched yet, as nobody runs: only what Gemini said is known.
    await consumer.stop();
    await bed.publish([{ id: 'msg_early', resource: early }]);
    expect(await standing(early)).toMatchObject({ state: 'received' });
    expect(await readdir(join(bed.resultsDir, '.parts'), { recursive: true })).not.toContainEqual(
      expect.stringMatching(/[0-9a-f-]{36}$/),
    );
  }, 120_000);
});
