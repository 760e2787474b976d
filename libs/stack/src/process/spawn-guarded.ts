import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { BridgeError } from '@gemini-events/events';
import { GUARD_SCRIPT } from './guard-script.ts';

export interface GuardedProcess {
  /** Of the process itself, not of its guard. */
  readonly pid: number;
  /** Resolves with the exit status; 128 + signal number where a signal ended it. */
  readonly exited: Promise<number>;
  /** Sends a signal to the process itself. */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** The stop signal, then KILL after the grace; resolves when it has ended. */
  readonly stop: () => Promise<void>;
}

const GRACE_MS = 10_000;

/**
 * Starts a process that cannot outlive this one: not after Ctrl-C, which does not reach it (it has a
 * session of its own, and its owner stops it in order), and not after kill -9 of this process.
 * @throws BridgeError ERR_STACK_START
 */
export async function spawnGuarded(
  command: string,
  args: readonly string[],
  options: {
    /** Gets what it prints, after what is there. */
    readonly logFile: string;
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    /** Asks it to end in order; TERM unless it wants another one. */
    readonly stopSignal?: 'TERM' | 'INT';
    /** How long it may take to end before it is killed; 10 s unless told, in steps of 0.1 s. */
    readonly graceMs?: number;
  },
): Promise<GuardedProcess> {
  const log = openSync(options.logFile, 'a');
  let guard: ChildProcess;
  try {
    const tenths = String(Math.round((options.graceMs ?? GRACE_MS) / 100));
    guard = spawn(
      '/bin/sh',
      ['-c', GUARD_SCRIPT, 'guard', tenths, options.stopSignal ?? 'TERM', command, ...args],
      {
        detached: true,
        stdio: ['pipe', log, log, 'pipe'],
        cwd: options.cwd,
        env: options.env,
      },
    );
  } finally {
    closeSync(log);
  }
  let hasEnded = false;
  const exited = new Promise<number>((resolve) => {
    guard.once('exit', (code, signal) => {
      hasEnded = true;
      guard.stdin?.destroy();
      resolve(code ?? (signal === 'SIGKILL' ? 137 : 1));
    });
    guard.once('error', () => resolve(1));
  });
  const pid = Number(await text(guard.stdio[3] as Readable));
  if (!Number.isSafeInteger(pid) || pid <= 0) {
    throw new BridgeError(
      'ERR_STACK_START',
      `${command} could not be started; see ${options.logFile}`,
    );
  }
  const kill = (signal: NodeJS.Signals): void => {
    // Its number may belong to another process by now.
    if (hasEnded) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  return {
    pid,
    exited,
    kill,
    async stop() {
      // The guard does it: end of file on its input is the same as our death.
      guard.stdin?.end();
      await exited;
    },
  };
}
