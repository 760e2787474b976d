import type { Json } from '../api/read-body.ts';

/** What a finished upload comes to. */
export interface Received {
  /** The JSON that the upload was started with. */
  readonly head: Json;
  readonly mimeType: string;
  /** As the client calls the file; null where it does not say. */
  readonly fileName: string | null;
  readonly bytes: Buffer;
}

/** An upload that is under way. */
export interface UploadSession {
  /** Bytes go to the path that the upload was started at. */
  readonly path: string;
  readonly head: Json;
  readonly mimeType: string;
  readonly fileName: string | null;
  /** As announced; null where it was not. */
  readonly announcedBytes: number | null;
  readonly parts: Buffer[];
  /** Bytes up to now. */
  size: number;
  /** Given again to a client that has missed it. */
  answer: object | null;
}
