import type { LaunchKind } from '../store/launches.ts';

/** A call that is about to cost money. */
export interface Spending {
  readonly kind: LaunchKind;
  /** Model or agent. */
  readonly model: string;
  readonly owner: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** What it may cost, as it was asked for. */
  readonly budgetUsd: number | null;
  readonly runId: string | null;
}

export type SpendVerdict =
  /** @property budgetUsd what it may cost; without it, as was asked for */
  | { readonly kind: 'go'; readonly budgetUsd?: number | null }
  | { readonly kind: 'hold'; readonly reason: string };

/** Asked before each call that costs money, also before one that is made again. */
export interface SpendGuard {
  check(spending: Spending): Promise<SpendVerdict>;
}

/** A job without a budget gets the usual one; one that wants more than the most is held. */
export function fixedBudget(limits: {
  readonly usualUsd: number;
  readonly mostUsd: number;
}): SpendGuard {
  const { usualUsd, mostUsd } = limits;
  return {
    async check({ budgetUsd }) {
      const asked = budgetUsd ?? usualUsd;
      if (asked <= mostUsd) return { kind: 'go', budgetUsd: asked };
      return { kind: 'hold', reason: `a budget of ${asked} USD is above ${mostUsd} USD` };
    },
  };
}
