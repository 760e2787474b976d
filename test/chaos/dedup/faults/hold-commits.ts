import { setTimeout as delay } from 'node:timers/promises';
import type { Hold, HoldMode } from '../proxy/hold.ts';
import { CATCH_LIMIT_MS, freezeInTransaction, stateOf } from './freeze.ts';
import type { Scene, Struck } from './scene.ts';

/** Past the request timeout of dedup (10 s, `REQUEST_TIMEOUT_MS` of libs/kafka). */
const PAST_TIMEOUT_MS = { min: 10_500, max: 13_000 };
/** Where the connection breaks at once nobody waits for a timeout. */
const BROKEN_MS = { min: 50, max: 3_000 };
const POLL_MS = 10;

/** Codes that a coordinator answers to a commit of a producer that was replaced. */
const ERROR_NAMES: Readonly<Record<number, string>> = {
  0: 'NONE',
  47: 'INVALID_PRODUCER_EPOCH',
  48: 'INVALID_TXN_STATE',
  51: 'CONCURRENT_TRANSACTIONS',
  90: 'PRODUCER_FENCED',
};

/** The broker commits at once, and dedup learns of it too late. */
export async function holdBackAnswer(scene: Scene, instance: string): Promise<Struck> {
  const hold = await catchCommit(scene, instance, 'answer');
  if (hold === null) return { text: `NO commit of ${instance} came by whose answer to hold back` };
  const since = Date.now();
  await delay(scene.random.int(PAST_TIMEOUT_MS.min, PAST_TIMEOUT_MS.max));
  const client = connectionOf(hold);
  const answer = nameOf(await hold.release());
  return {
    text: `answer ${answer} to a commit of ${instance} held back for ${Date.now() - since} ms; ${client}`,
    isHeld: true,
  };
}

/**
 * A commit that comes late, which must not end what it finds then (Jepsen's finding, KIP-890): dedup
 * has given it up and opened a new producer, whose next transaction is open and half written when the
 * commit of the last one arrives. For that moment the process is stopped.
 */
export async function holdBackCommit(scene: Scene, instance: string): Promise<Struck> {
  const { random, fleet } = scene;
  const isBroken = random.int(0, 1) === 1;
  const mode = isBroken ? 'request, connection broken' : 'request';
  const hold = await catchCommit(scene, instance, mode);
  if (hold === null) return { text: `NO commit of ${instance} came by to be held back` };
  const since = Date.now();
  const { min, max } = isBroken ? BROKEN_MS : PAST_TIMEOUT_MS;
  await delay(random.int(min, max));
  const isReplaced = await waitUntil(hold.hasReopened);
  const before = isReplaced ? await freezeInTransaction(scene, instance) : null;
  const client = connectionOf(hold);
  const errorCode = await hold.release();
  const after = await stateOf(scene, instance);
  if (before === 'Ongoing') fleet.signal(instance, 'SIGCONT');

  const where =
    before === 'Ongoing'
      ? `inside the next transaction (${before} before, ${after} after)`
      : `NOT inside the next transaction (${isReplaced ? before : 'no new producer'})`;
  const held = `commit of ${instance} held back for ${Date.now() - since} ms${isBroken ? ', its connection broken at once' : ''}`;
  const text = `${held}; ${client}; released ${where}: ${nameOf(errorCode)}`;
  const isTaken = isReplaced && errorCode === 0;
  const isEnded = before === 'Ongoing' && after !== before;
  return isTaken || isEnded
    ? { text, isHeld: true, broken: `a late commit was taken: ${text}` }
    : { text, isHeld: true };
}

/** Null where no commit came by in time. */
async function catchCommit(scene: Scene, instance: string, mode: HoldMode): Promise<Hold | null> {
  const { proxy, fleet } = scene;
  const clientId = fleet.clientId(instance);
  const hold = proxy.holdNext(clientId, mode);
  const limit = new AbortController();
  const isCaught = await Promise.race([
    hold.caught.then(() => true),
    delay(CATCH_LIMIT_MS, false, { signal: limit.signal }),
  ]);
  limit.abort();
  // It may have come at the very end of the time: then it is held and has to be released.
  return !isCaught && proxy.forget(clientId) ? null : hold;
}

function connectionOf(hold: Hold): string {
  return hold.isClientGone()
    ? 'its client had closed the connection before'
    : 'its client still had the connection open';
}

function nameOf(errorCode: number | null): string {
  return errorCode === null
    ? 'no answer, the broker closed'
    : (ERROR_NAMES[errorCode] ?? `error ${errorCode}`);
}

async function waitUntil(condition: () => boolean): Promise<boolean> {
  const end = Date.now() + CATCH_LIMIT_MS;
  while (!condition() && Date.now() < end) await delay(POLL_MS);
  return condition();
}
