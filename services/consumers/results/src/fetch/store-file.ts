import { giveBack } from '@gemini-events/http';
import type { OutputPart } from '@gemini-events/objects';
import { type FetchContext, openPointer, withPart } from './fetch-context.ts';
import { endingOf } from './media-types.ts';
import { withUnpacked } from './unpack.ts';

/** Stores what a job points to as one part. @param name without its ending */
export async function storePointer(
  context: FetchContext,
  pointer: string,
  name: string,
): Promise<OutputPart> {
  const download = await openPointer(context, pointer);
  const about = {
    name: `${name}.${endingOf(download.contentType)}`,
    contentType: download.contentType,
  };
  return withUnpacked(context, download, { isText: false }, ({ chunks, sha256 }) =>
    storeChunks(context, chunks, { ...about, sha256 }),
  );
}

/** Stores bytes as one part. */
export function storeChunks(
  context: FetchContext,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  about: {
    readonly name: string;
    readonly contentType: string;
    readonly sha256?: (() => string) | null;
  },
): Promise<OutputPart> {
  return withPart(context, about, async (part) => {
    for await (const chunk of chunks) {
      await part.write(chunk);
      giveBack(chunk);
    }
    return part.commit();
  });
}
