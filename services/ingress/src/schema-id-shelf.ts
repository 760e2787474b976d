import { hash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RecordName, recordSchemas } from '@gemini-events/schemas';

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
  const path = join(folder, `schema-ids-${identity.slice(0, 16)}.json`);
  return {
    async load() {
      const ids = new Map(
        Object.entries(JSON.parse(await readFile(path, 'utf8')) as Record<RecordName, unknown>),
      );
      // A wrong id in a record cannot be mended later.
      const isGood = [...ids.values()].every(isSchemaId);
      return isGood ? (ids as SchemaIds) : null;
    },
    async save(ids) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const temporary = `${path}.${process.pid}`;
      await writeFile(temporary, JSON.stringify(Object.fromEntries(ids)), { mode: 0o600 });
      await rename(temporary, path);
    },
  };
}

/** An id stands in four bytes of each record. */
function isSchemaId(id: unknown): boolean {
  return Number.isInteger(id) && Number(id) >= 0 && Number(id) <= 0x7fff_ffff;
}
