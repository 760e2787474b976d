import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createSender } from './create-sender.ts';
import { createFlow } from './launch-flow.ts';
import type { LaunchOrder } from './launch-order.ts';
import { type Launched, type LauncherOptions } from './launcher-options.ts';
import { planCall } from './planned-call.ts';

/** Makes jobs of the Gemini API, each once for its key, whatever breaks off and however many ask for it. */
export interface Launcher {
  /**
   * @param signal ends waits and uploads; a call that is under way is not cut off
   * @throws BridgeError ERR_LAUNCH_INVALID, ERR_LAUNCH_CONFLICT, ERR_LAUNCH_HELD: nothing was called;
   * ERR_GEMINI_QUOTA, ERR_GEMINI_UNAVAILABLE, ERR_HTTP_REFUSED: no job was made, or it is not known yet,
   * and the same order may be given again; other ERR_GEMINI_*: refused for good, as is the same order
   * later; ERR_LAUNCH_UNCLEAR: the job is there, but the ledger could not be told; ERR_POSTGRES_*;
   * what the guard or `announce` throws
   */
  launch(order: LaunchOrder, signal: AbortSignal): Promise<Launched>;
}

/** @throws TypeError a call may take as long as it takes to settle one */
export function createLauncher(options: LauncherOptions): Launcher {
  const {
    callTimeoutMs = 30_000,
    settleMs = 60_000,
    newId = randomUUID,
    ownerKey = null,
  } = options;
  if (callTimeoutMs >= settleMs) throw new TypeError('settleMs has to be above callTimeoutMs');
  const { gemini, webhook = null, inlineBytes = 4 * 1024 * 1024 } = options;
  const flow = createFlow({
    lookEveryMs: 5_000,
    listPages: 10,
    now: Date.now,
    wait: (ms, signal) => delay(ms, undefined, { signal }),
    onStray: () => undefined,
    ...options,
    callTimeoutMs,
    settleMs,
    newCaller: () => `${options.caller}/${newId()}`,
    prepare: createSender({ gemini, webhook, ownerKey, newId, inlineBytes }),
  });
  return { launch: async (order, signal) => flow(planCall(order), signal) };
}
