import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { identify, type ProcessIdentity, self } from './identity.ts';
import { takeLockFile } from './lock-file.ts';

const STANDS = 0;
const GOES = 1;
const ENDED = 2;

/**
 * Takes the lock again and again. It stands before each call on a file of the folder, and between the two
 * halves of a write, until it is let go on. Its waits take no time.
 */
const STEPWISE = `
  const fs = require('node:fs');
  const { syncBuiltinESMExports } = require('node:module');
  const { parentPort, workerData } = require('node:worker_threads');
  const { folder, index, owner, path, states, views, url } = workerData;
  const wait = Atomics.wait;
  const standAs = (state) => {
    Atomics.store(states, index, state);
    Atomics.notify(states, index);
    wait(states, index, state);
  };
  for (const name of ['readFileSync', 'readdirSync', 'writeFileSync', 'renameSync', 'linkSync', 'rmSync']) {
    const call = fs[name];
    fs[name] = (file, ...rest) => {
      if (!String(file).startsWith(folder)) return call(file, ...rest);
      standAs(${STANDS});
      if (name === 'writeFileSync') {
        call(file, '');
        standAs(${STANDS});
      }
      return call(file, ...rest);
    };
  }
  syncBuiltinESMExports();
  Atomics.wait = () => 'timed-out';
  import(url).then(({ takeLockFile }) => {
    parentPort.postMessage('ready');
    for (;;) {
      standAs(${ENDED});
      try {
        const outcome = takeLockFile(path, owner);
        views[index] = outcome.taken ? owner.pid : outcome.holder;
      } catch {
        views[index] = -1;
      }
    }
  });
`;

const SERVER: ProcessIdentity = { pid: 1, startedAt: 'a former server' };
const STARTS = 3;
const states = new Int32Array(new SharedArrayBuffer(4 * STARTS)).fill(GOES);
/** The pid that has the lock, as each start sees it: its own if it took it. */
const views = new Int32Array(new SharedArrayBuffer(4 * STARTS));
let folder: string;
let path: string;
let processes: ChildProcess[];
let owners: ProcessIdentity[];
let workers: Worker[];

const pidOf = (index: number): number => owners[index]?.pid ?? 0;
const claimOf = (index: number): string => `${path}.${pidOf(index)}`;
const deadWith = (pid: number): string =>
  JSON.stringify({ owner: { pid, startedAt: 'another start' }, servers: [SERVER] });
const lock = (): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** One call on a file further. */
function step(index: number): void {
  Atomics.store(states, index, GOES);
  Atomics.notify(states, index);
  if (Atomics.wait(states, index, GOES, 5_000) === 'timed-out') throw new Error('it hangs');
}

function stepUntil(index: number, isReached: () => boolean): void {
  do step(index);
  while (!isReached());
}

const hasEnded = (index: number): boolean => Atomics.load(states, index) === ENDED;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-file-'));
  path = join(folder, 'lock');
  processes = Array.from({ length: STARTS }, () => spawn('sleep', ['600']));
  owners = processes.map(({ pid }) => identify(pid ?? 0) ?? expect.fail('it has ended'));
  const url = new URL('./lock-file.ts', import.meta.url).href;
  workers = owners.map((owner, index) => {
    const workerData = { folder, index, owner, path, states, views, url };
    return new Worker(STEPWISE, { eval: true, execArgv: [], workerData });
  });
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  states.forEach((_, index) => Atomics.wait(states, index, GOES, 5_000));
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.terminate()));
  for (const sleeper of processes) sleeper.kill();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  writeFileSync(path, deadWith(process.pid));
});

it('of three starts at a stale lock one gets it, in whatever order their steps fall', () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    writeFileSync(path, deadWith(process.pid));
    const random = randomFrom(seed);
    // At first each takes one step, so that all are under way.
    states.forEach((_, index) => step(index));
    for (;;) {
      const going = [0, 1, 2].filter((index) => !hasEnded(index));
      const index = going[random(going.length)];
      if (index === undefined) break;
      for (let left = 1 + random(12); left > 0 && !hasEnded(index); left -= 1) step(index);
    }
    const [winner = 0] = views;
    expect([...views], `seed ${seed}`).toEqual([winner, winner, winner]);
    expect(lock(), `seed ${seed}`).toMatchObject({ owner: { pid: winner }, servers: [SERVER] });
    expect(readdirSync(folder), `seed ${seed}`).toEqual(['lock']);
  }
});

it('a start that stands still with its claim is taken for the holder, and gets the lock', () => {
  stepUntil(0, () => existsSync(claimOf(0)));
  stepUntil(1, () => hasEnded(1));
  expect(views[1]).toBe(pidOf(0));
  stepUntil(0, () => hasEnded(0));
  expect(views[0]).toBe(pidOf(0));
  expect(lock()).toMatchObject({ owner: { pid: pidOf(0) } });
});

it('a start whose claim was removed does not get the lock of the one that came in between', () => {
  stepUntil(0, () => existsSync(claimOf(0)));
  rmSync(claimOf(0));
  stepUntil(1, () => hasEnded(1));
  stepUntil(0, () => hasEnded(0));
  expect([views[0], views[1]]).toEqual([pidOf(1), pidOf(1)]);
});

it('a start whose claim was removed by mistake begins again', () => {
  stepUntil(0, () => existsSync(claimOf(0)));
  rmSync(claimOf(0));
  stepUntil(0, () => hasEnded(0));
  expect(views[0]).toBe(pidOf(0));
  expect(readdirSync(folder)).toEqual(['lock']);
});

it('claims of the dead are removed, and other files with such names are left alone', () => {
  for (const index of [0, 1]) writeFileSync(claimOf(index), deadWith(pidOf(index)));
  writeFileSync(`${path}.${process.pid}`, deadWith(process.pid));
  const others = ['lock.2026', 'lock.3', 'lock.new', 'lock.notes', 'locked.3'];
  mkdirSync(join(folder, 'lock.2026'));
  for (const name of others.slice(1)) writeFileSync(join(folder, name), 'of the user');
  expect(takeLockFile(path, self())).toEqual({ taken: true, former: [SERVER] });
  expect(readdirSync(folder).sort()).toEqual(['lock', ...others]);
});

/** Numbers below a limit, the same for the same seed. */
function randomFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
