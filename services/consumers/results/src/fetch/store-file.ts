import { giveBack } from '@gemini-events/http';
import type { OutputPart } from '@gemini-events/objects';
import { type FetchContext, openPointer, withPart } from './fetch-context.ts';
import { endingOf } from './media-types.ts';
import { unpack } from './unpack.ts';

/** Stores what a job points to as one part. @param name without its ending */
export async function storePointer(
  context: FetchContext,
  pointer: string,
  name: string,
): Promise<OutputPart> {
  const download = await openPointer(context, pointer);
  const { contentType, length, encoding } = download;
  const { maxBytes, onBytes } = context;
  const total = encoding === null ? length : null;
  const { chunks, sha256, close } = await unpack(download, { isText: false, maxBytes });
  try {
    return await storeChunks(context, chunks, {
      name: `${name}.${endingOf(contentType)}`,
      contentType,
      sha256,
      onChunk: (bytes) => onBytes(bytes, total),
    });
  } finally {
    await close();
  }
}

/** Stores bytes as one part. */
export function storeChunks(
  context: FetchContext,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  about: {
    readonly name: string;
    readonly contentType: string;
    readonly sha256?: (() => string) | null;
    readonly onChunk?: (bytes: number) => void;
  },
): Promise<OutputPart> {
  return withPart(context, about, async (part) => {
    for await (const chunk of chunks) {
      await part.write(chunk);
      about.onChunk?.(chunk.length);
      giveBack(chunk);
    }
    return part.commit();
  });
}
