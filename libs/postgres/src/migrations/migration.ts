/** One step of the database, never changed once it is released: what is wrong is mended by a later one. */
export interface Migration {
  /** 1, 2, 3 … */
  readonly version: number;
  readonly name: string;
  /**
   * The oldest version whose programs can still work with the database after this step. While an upgrade
   * rolls, programs before and after it run side by side.
   */
  readonly readableFrom: number;
  readonly sql: string;
}
