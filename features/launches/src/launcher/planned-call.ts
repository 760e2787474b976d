import type { LaunchKind, NewLaunch } from '../store/launches.ts';
import { checkOrder } from './check-order.ts';
import type { LaunchOrder } from './launch-order.ts';
import { requestDigest } from './request-digest.ts';
import type { Spending } from './spend-guard.ts';

/** An order that was checked, with what the ledger keeps of it. */
export interface PlannedCall {
  readonly key: string;
  readonly kind: LaunchKind;
  readonly digest: string;
  readonly model: string;
  readonly order: LaunchOrder;
}

/** @throws BridgeError ERR_LAUNCH_INVALID */
export function planCall(order: LaunchOrder): PlannedCall {
  checkOrder(order);
  const { key, request } = order;
  const model = request.kind === 'interaction' ? (request.model ?? request.agent) : request.model;
  return {
    key,
    kind: request.kind,
    digest: requestDigest(request),
    model: model?.replace(/^models\//, '') ?? '',
    order,
  };
}

export function spendingOf({ kind, model, order }: PlannedCall): Spending {
  const { owner = null, labels = {}, budgetUsd = null, runId = null } = order;
  return { kind, model, owner, labels, budgetUsd, runId };
}

export function ledgerEntry(
  call: PlannedCall,
  caller: string,
  budgetUsd: number | null,
): NewLaunch {
  const { key, digest, order } = call;
  const { request, route = null } = order;
  const previousId = request.kind === 'batch' ? null : (request.previous_interaction_id ?? null);
  return { ...spendingOf(call), key, digest, caller, route, budgetUsd, previousId };
}
