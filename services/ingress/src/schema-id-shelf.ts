import { hash } from 'node:crypto';
import { join } from 'node:path';
import { type RecordName, recordSchemas } from '@gemini-events/schemas';
import { createPrivateFile } from '@gemini-events/service';

type SchemaIds = ReadonlyMap<RecordName, number>;

/** Schema ids of an earlier start. */
export interface SchemaIdShelf {
  /** Null where there are none for this registry, prefix and set of schemas. */
  readonly load: () => Promise<SchemaIds | null>;
  readonly save: (ids: SchemaIds) => Promise<void>;
}

/** Ids in a file, named by registry, prefix and the schemas themselves: a new version looks anew. */
export function createSchemaIdShelf(
  folder: string,
  registryUrl: string,
  prefix: string,
): SchemaIdShelf {
  const identity = hash('sha256', JSON.stringify([registryUrl, prefix, recordSchemas]));
  const file = createPrivateFile(join(folder, `schema-ids-${identity.slice(0, 16)}.json`));
  return {
    async load() {
      const ids = new Map(Object.entries((await file.load()) as Record<RecordName, unknown>));
      // A wrong id in a record cannot be mended later.
      const isGood = [...ids.values()].every(isSchemaId);
      return isGood ? (ids as SchemaIds) : null;
    },
    save: (ids) => file.save(Object.fromEntries(ids)),
  };
}

/** An id stands in four bytes of each record. */
function isSchemaId(id: unknown): boolean {
  return Number.isInteger(id) && Number(id) >= 0 && Number(id) <= 0x7fff_ffff;
}
