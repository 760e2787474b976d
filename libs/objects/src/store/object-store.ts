import type { Readable } from 'node:stream';

/** What is kept beside an object's bytes. */
export interface ObjectAbout {
  readonly contentType: string;
  /** Names of small letters, digits and dashes; printable ASCII values; 2 KiB in all. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface ObjectInfo extends ObjectAbout {
  readonly key: string;
  readonly sizeBytes: number;
}

/** From `start` up to, not including, `end`. */
interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** An object on its way. Nothing of it can be seen before `commit` has resolved. One call at a time. */
export interface ObjectWriter {
  /** Resolves when the next chunk may come. The chunk may be used again by the caller afterwards. */
  write(chunk: Buffer): Promise<void>;
  /**
   * Makes all that was written durable and visible under a key, as a whole. What stood there before is
   * replaced as a whole. The key is only needed now, so that it may hold a checksum.
   * @returns the object's URI
   */
  commit(key: string, metadata: ObjectAbout['metadata']): Promise<string>;
  /** Gives up and leaves nothing behind; never rejects, and does nothing after a commit. */
  abort(): Promise<void>;
}

/**
 * Whole objects by key. A key is a path of segments `[A-Za-z0-9._-]+`, none of which begins with a dot,
 * 512 characters at most (else a TypeError). All methods throw BridgeError ERR_OBJECT_STORE where the
 * store fails, with its cause.
 */
export interface ObjectStore {
  /** `file:///…` or `s3://bucket/…` */
  uriOf(key: string): string;
  writer(contentType: string): Promise<ObjectWriter>;
  /** Writes a small object at once, whole; false, with nothing changed, where there is one already. */
  putNew(key: string, bytes: Buffer, about: ObjectAbout): Promise<boolean>;
  head(key: string): Promise<ObjectInfo | null>;
  /**
   * The bytes of an object, or a part of it; `end` may lie beyond its end.
   * @throws BridgeError ERR_OBJECT_MISSING
   */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** Keys that begin with a prefix, sorted by their bytes, a page at a time. */
  list(prefix: string): AsyncIterable<string>;
  /** Nothing where there is none. */
  remove(key: string): Promise<void>;
  /** Removes what a former life of this instance left unfinished. */
  clean(): Promise<void>;
  close(): Promise<void>;
}
