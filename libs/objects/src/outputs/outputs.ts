import type { Readable } from 'node:stream';
import { isBridgeError } from '@gemini-events/events';
import { findEntries } from '../rows/find-entries.ts';
import { readRow } from '../rows/read-row.ts';
import type { IndexEntry } from '../rows/row-index.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { Manifest, OutputId, OutputPart } from './manifest.ts';
import { jobPrefix, manifestKey, outputPrefix } from './output-keys.ts';
import { openPart, type PartWriter } from './part-writer.ts';

/**
 * The outputs of jobs in an object store: `outputs/<2 hex>/<job>/<source and type>/`, names hashed, with
 * each part under its name and checksum beside `manifest.json`. An output counts as stored from the moment
 * at which its manifest is there, which is written last and once. Throws as the store does.
 */
export interface Outputs {
  find(id: OutputId): Promise<Manifest | null>;
  /** All outputs of a job, by source and type. */
  ofJob(job: string): Promise<readonly Manifest[]>;
  /** Opens a part of an output for writing; nothing is visible before its `commit`. */
  part(
    id: OutputId,
    about: {
      readonly name: string;
      readonly contentType: string;
      /** Lower-case hex of all that was written, where the caller has it already; asked for at the commit. */
      readonly sha256?: (() => string) | null;
    },
  ): Promise<PartWriter>;
  /** Writes the manifest. Where another one was first, that one stands, and is returned. */
  settle(manifest: Manifest): Promise<Manifest>;
  read(
    part: OutputPart,
    range?: { readonly start: number; readonly end: number },
  ): Promise<Readable>;
  /** Lines of a batch's output with this key, or the one with the number of `#<line>`, without the rest of the file. */
  rows(manifest: Manifest, key: string): Promise<readonly Buffer[]>;
}

export function createOutputs(store: ObjectStore): Outputs {
  const load = async (key: string): Promise<Manifest | null> => {
    try {
      return JSON.parse((await readAll(await store.read(key))).toString()) as Manifest;
    } catch (error) {
      if (isBridgeError(error, 'ERR_OBJECT_MISSING')) return null;
      throw error;
    }
  };
  const rowAt = async (part: OutputPart, { offset, length }: IndexEntry): Promise<Buffer> =>
    readAll(await store.read(part.key, { start: offset, end: offset + length }));
  return {
    find: (id) => load(manifestKey(outputPrefix(id))),
    async ofJob(job) {
      const found: Manifest[] = [];
      for await (const key of store.list(jobPrefix(job))) {
        if (!key.endsWith('/manifest.json')) continue;
        const manifest = await load(key);
        if (manifest !== null) found.push(manifest);
      }
      return found;
    },
    part: async (id, { name, contentType, sha256 = null }) =>
      openPart(await store.writer(contentType), {
        prefix: outputPrefix(id),
        name,
        contentType,
        sha256,
      }),
    async settle(manifest) {
      const key = manifestKey(outputPrefix(manifest));
      const about = { contentType: 'application/json', metadata: {} };
      const isFirst = await store.putNew(key, Buffer.from(JSON.stringify(manifest)), about);
      if (isFirst) return manifest;
      return (await load(key)) ?? manifest;
    },
    read: (part, range) => store.read(part.key, range),
    async rows({ index, parts }, key) {
      const [output] = parts;
      if (index === null || output === undefined) return [];
      const read = async (start: number, end: number): Promise<Buffer> =>
        readAll(await store.read(index.key, { start, end }));
      const rows: Buffer[] = [];
      for (const entry of await findEntries(key, index.runs, read)) {
        const bytes = await rowAt(output, entry);
        // Another key may have the same hash; a row without a key stands under its number.
        const row = readRow({ bytes, offset: entry.offset, length: entry.length, isCut: false });
        if (row?.key === key || (row?.key ?? null) === null) rows.push(bytes);
      }
      return rows;
    },
  };
}

async function readAll(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
