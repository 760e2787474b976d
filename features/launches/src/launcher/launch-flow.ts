import type { Creation } from '@gemini-events/gemini';
import type { Launch } from '../store/launches.ts';
import type { Send, Sender } from './create-sender.ts';
import { findableName } from './display-name.ts';
import { jobRecord } from './job-record.ts';
import {
  conflict,
  held,
  isPassingRefusal,
  notCalled,
  rememberedRefusal,
  untold,
} from './launch-errors.ts';
import type { Launched, LauncherOptions } from './launcher-options.ts';
import { withPatience } from './patiently.ts';
import { ledgerEntry, type PlannedCall, spendingOf } from './planned-call.ts';

/** Google's clock and that of the ledger do not differ by more. */
const CLOCKS_DIFFER_MS = 10 * 60_000;

type Parts = Pick<LauncherOptions, 'gemini' | 'launches' | 'guard' | 'announce'> &
  Required<
    Pick<
      LauncherOptions,
      'callTimeoutMs' | 'settleMs' | 'lookEveryMs' | 'listPages' | 'onStray' | 'now' | 'wait'
    >
  > & {
    /** Another one for each call, so that none speaks for another. */
    readonly newCaller: () => string;
    readonly prepare: Sender;
  };

/** A call that this launch may make now. */
interface Turn {
  readonly caller: string;
  readonly startedAt: number;
  readonly send: Send;
}

/**
 * The way of one launch through the ledger. At each point it may end by a crash, and another one, here or
 * elsewhere, goes on from what the ledger says:
 *
 *     (nothing) ── begin ──▶ calling ── created, adopt ──▶ created ── announced
 *                             │  ▲
 *                     refused ▼  │ again
 *                            refused
 */
export function createFlow(parts: Parts) {
  const { gemini, guard, announce, settleMs, callTimeoutMs, now, wait } = parts;
  const launches = withPatience(parts.launches, wait);

  const launch = async (call: PlannedCall, signal: AbortSignal): Promise<Launched> => {
    signal.throwIfAborted();
    const known = await launches.find(call.key);
    return known === null ? begin(call, signal) : goOn(call, known, signal);
  };

  const begin = async (call: PlannedCall, signal: AbortSignal): Promise<Launched> => {
    const budgetUsd = await allowed(call, call.order.budgetUsd ?? null);
    const turn = await newTurn(call, signal);
    const begun = await launches.begin(ledgerEntry(call, turn.caller, budgetUsd));
    if (begun.kind === 'conflict') throw conflict(call.key);
    // It may be known by this very turn, where the answer of the ledger was lost.
    if (begun.kind === 'known' && begun.launch.caller !== turn.caller) {
      return goOn(call, begun.launch, signal);
    }
    return make(call, turn, signal);
  };

  const goOn = async (call: PlannedCall, known: Launch, signal: AbortSignal): Promise<Launched> => {
    if (known.digest !== call.digest) throw conflict(call.key);
    if (known.state === 'created') return finish(known, false);
    if (known.state === 'calling') return settle(call, known, signal);
    if (isPassingRefusal(known.error) || call.order.again === known.calls) {
      return callAgain(call, known, signal);
    }
    throw rememberedRefusal(known);
  };

  const reread = async (call: PlannedCall, signal: AbortSignal): Promise<Launched> => {
    const known = await launches.find(call.key);
    return known === null ? begin(call, signal) : goOn(call, known, signal);
  };

  const callAgain = async (
    call: PlannedCall,
    { calls, budgetUsd }: Launch,
    signal: AbortSignal,
  ): Promise<Launched> => {
    await allowed(call, budgetUsd);
    const turn = await newTurn(call, signal);
    if (!(await launches.again(call.key, turn.caller, { sinceCalls: calls }))) {
      const known = await launches.find(call.key);
      if (known?.caller !== turn.caller) return reread(call, signal);
    }
    return make(call, turn, signal);
  };

  const make = async (
    call: PlannedCall,
    { caller, startedAt, send }: Turn,
    signal: AbortSignal,
  ): Promise<Launched> => {
    const creation = await callInTime(send, startedAt, signal);
    if (creation.kind === 'created') return settleCreated(call, caller, creation.id, signal);
    if (creation.kind !== 'unclear') {
      const { code, message } = creation.error;
      if (!(await launches.refused(call.key, caller, { code, message }))) {
        return reread(call, signal);
      }
      throw creation.error;
    }
    signal.throwIfAborted();
    const known = await launches.find(call.key);
    if (known?.state !== 'calling' || known.caller !== caller) return reread(call, signal);
    return settle(call, known, signal, caller);
  };

  /**
   * A process that was halted between the ledger and the call may be woken when somebody else has found
   * that nothing was made, and calls. So there is no call that begins late.
   */
  const callInTime = async (
    send: Send,
    startedAt: number,
    signal: AbortSignal,
  ): Promise<Creation> => {
    const leftMs = callTimeoutMs - (now() - startedAt);
    if (leftMs <= 0) return { kind: 'not-sent', error: notCalled('its time was over') };
    if (signal.aborted) return { kind: 'not-sent', error: notCalled('nobody waits for it') };
    // Not with the signal: to cut a call off does not undo it, and loses its answer.
    return send(AbortSignal.timeout(leftMs));
  };

  const settleCreated = async (
    call: PlannedCall,
    caller: string,
    id: string,
    signal: AbortSignal,
  ): Promise<Launched> => {
    const { key } = call;
    let isTold: boolean;
    try {
      // False, and then true: an event was quicker, or the answer of the ledger was lost.
      isTold = (await launches.created(key, caller, id)) || (await launches.adopt(key, id));
    } catch (cause) {
      throw untold(key, id, cause);
    }
    const known = await launches.find(key);
    if (isTold && known !== null) return finish(known, true);
    parts.onStray({ key, resourceId: id, keptId: known?.resourceId ?? null });
    return reread(call, signal);
  };

  /**
   * A call that is not answered, by this launch or another one. A batch can be looked for; what its event
   * or its caller says comes in by the ledger. Whether a call is late is asked before it is looked for: so
   * what is not found then was never made.
   */
  const settle = async (
    call: PlannedCall,
    first: Launch,
    signal: AbortSignal,
    ownCaller: string | null = null,
  ): Promise<Launched> => {
    for (let known = first; ; ) {
      const isLate = known.ageMs >= settleMs;
      const isOwn = known.caller === ownCaller;
      const found = await lookFor(call, known, signal);
      if (found.kind === 'found') {
        if (!(await launches.adopt(call.key, found.id))) return reread(call, signal);
        return finish({ ...known, state: 'created', resourceId: found.id }, isOwn);
      }
      const isWanted = found.kind === 'absent' || call.order.again === known.calls;
      if (isLate && isWanted) return callAgain(call, known, signal);
      if (isLate || (isOwn && call.kind !== 'batch')) {
        return { kind: 'unclear', since: known.begunAt, calls: known.calls };
      }
      await wait(Math.min(parts.lookEveryMs, settleMs - known.ageMs), signal);
      const next = await launches.find(call.key);
      if (next?.state !== 'calling') return reread(call, signal);
      known = next;
    }
  };

  const lookFor = async (call: PlannedCall, { begunAt }: Launch, signal: AbortSignal) => {
    const { key, order } = call;
    if (order.request.kind !== 'batch') return { kind: 'unknown' } as const;
    const search = { pages: parts.listPages, since: begunAt - CLOCKS_DIFFER_MS };
    return gemini.findBatch(findableName(order.request.displayName, key), search, signal);
  };

  const finish = async (known: Launch, isNew: boolean): Promise<Launched> => {
    const id = known.resourceId ?? '';
    if (known.announcedAt === null) {
      await announce(jobRecord(known, id));
      await launches.announced(known.key);
    }
    return { kind: 'created', id, isNew };
  };

  const allowed = async (call: PlannedCall, budgetUsd: number | null): Promise<number | null> => {
    const verdict = await guard.check({ ...spendingOf(call), budgetUsd });
    if (verdict.kind === 'hold') throw held(call.key, verdict.reason);
    return verdict.budgetUsd === undefined ? budgetUsd : verdict.budgetUsd;
  };

  /** Its time begins before the ledger knows of it. */
  const newTurn = async (call: PlannedCall, signal: AbortSignal): Promise<Turn> => {
    const send = await parts.prepare(call, signal);
    return { send, caller: parts.newCaller(), startedAt: now() };
  };

  return launch;
}
