/** How often a step is tried, and how long it may take. */
export interface StepPolicy {
  /** Attempts in all. @default 4 */
  readonly attempts?: number;
  /** Wait after the first failure, doubled after each further one, in milliseconds. @default 1000 */
  readonly waitMs?: number;
  /** The longest wait, in milliseconds. @default 60000 */
  readonly longestWaitMs?: number;
  /** Of one attempt, in milliseconds. @default 60000 */
  readonly timeoutMs?: number;
}
