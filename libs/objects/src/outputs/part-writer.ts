import { createHash } from 'node:crypto';
import type { ObjectWriter } from '../store/object-store.ts';
import type { OutputPart } from './manifest.ts';
import { partKey } from './output-keys.ts';

/** One part of an output on its way into the store. One call at a time. */
export interface PartWriter {
  write(chunk: Buffer): Promise<void>;
  /** Makes it visible, under its checksum. */
  commit(): Promise<OutputPart>;
  abort(): Promise<void>;
}

export function openPart(
  writer: ObjectWriter,
  options: {
    readonly prefix: string;
    readonly name: string;
    readonly contentType: string;
    /** Of all that was written, where somebody else has it already: asked for at the commit. */
    readonly sha256: (() => string) | null;
  },
): PartWriter {
  const { prefix, name, contentType } = options;
  const digest = createHash('sha256');
  let sizeBytes = 0;
  return {
    write(chunk) {
      if (options.sha256 === null) digest.update(chunk);
      sizeBytes += chunk.length;
      return writer.write(chunk);
    },
    async commit() {
      const sha256 = options.sha256?.() ?? digest.digest('hex');
      const key = partKey(prefix, name, sha256);
      const uri = await writer.commit(key, { sha256, name });
      return { name, key, uri, contentType, sizeBytes, sha256 };
    },
    abort: () => writer.abort(),
  };
}
