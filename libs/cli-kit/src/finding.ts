/** What one check found. `warn`: it works, and something may go wrong. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do about it. */
  readonly advice: string | null;
}

export const ok = (check: string, detail: string): Finding => ({
  check,
  state: 'ok',
  detail,
  advice: null,
});
export const warn = (check: string, detail: string, advice: string): Finding => ({
  check,
  state: 'warn',
  detail,
  advice,
});
export const fail = (check: string, detail: string, advice: string): Finding => ({
  check,
  state: 'fail',
  detail,
  advice,
});
