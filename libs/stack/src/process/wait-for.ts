import { setTimeout as delay } from 'node:timers/promises';
import { BridgeError } from '@gemini-events/events';
import type { GuardedProcess } from './spawn-guarded.ts';

const POLL_MS = 50;
const LIMIT_MS = 60_000;

/**
 * Waits until a started process answers `probe`. @throws BridgeError ERR_STACK_START when it ends
 * before, or does not answer within a minute
 */
export async function waitUntilReady(
  name: string,
  child: GuardedProcess,
  logFile: string,
  probe: () => Promise<boolean>,
): Promise<void> {
  const ended: { status?: number } = {};
  void child.exited.then((status) => {
    ended.status = status;
  });
  const end = Date.now() + LIMIT_MS;
  while (ended.status === undefined && Date.now() < end) {
    if (await probe().catch(() => false)) return;
    await delay(POLL_MS);
  }
  await child.stop();
  const why = ended.status === undefined ? 'does not answer' : `ended with status ${ended.status}`;
  throw new BridgeError('ERR_STACK_START', `${name} ${why}; see ${logFile}`);
}
