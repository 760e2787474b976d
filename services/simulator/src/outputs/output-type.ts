/** A file that is not stored: each of its bytes follows from the job's name and its size. */
export interface Output {
  readonly mimeType: string;
  readonly size: number;
  /** The bytes from `start` up to, not including, `end`, in chunks of some 64 KiB. */
  chunks(start: number, end: number): Generator<Buffer, void>;
}
