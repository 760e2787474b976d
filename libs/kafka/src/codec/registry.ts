import { BridgeError } from '@gemini-events/events';
import { type RecordName, recordSchemas, subjectOf } from '@gemini-events/schemas';
import {
  SchemaRegistry as Client,
  COMPATIBILITY,
  SchemaType,
} from '@kafkajs/confluent-schema-registry';

export interface SchemaChange {
  readonly subject: string;
  readonly record: RecordName;
  readonly change: 'unchanged' | 'register' | 'registered';
  /** Null where it would be registered, but was not (dry run). */
  readonly id: number | null;
}

/** The Confluent-compatible schema registry, as far as the bridge needs it. */
export interface SchemaRegistry {
  /**
   * Ids of exactly our schemas under their subjects. Never registers.
   * @throws BridgeError ERR_SCHEMA_MISSING, ERR_REGISTRY_UNAVAILABLE
   */
  lookupSchemaIds(
    prefix: string,
    names: readonly RecordName[],
  ): Promise<ReadonlyMap<RecordName, number>>;
  /**
   * Registers what is not there yet; compatibility FULL_TRANSITIVE.
   * @throws BridgeError ERR_SCHEMA_INCOMPATIBLE, ERR_REGISTRY_UNAVAILABLE
   */
  applySchemas(
    prefix: string,
    options: { readonly dryRun: boolean },
  ): Promise<readonly SchemaChange[]>;
  /**
   * What the registry lets become of a subject, for example `FULL_TRANSITIVE`; where it has no mode of its
   * own, that of all subjects.
   * @throws BridgeError ERR_REGISTRY_UNAVAILABLE
   */
  compatibilityOf(subject: string): Promise<string>;
  /** @throws BridgeError ERR_SCHEMA_UNKNOWN, ERR_REGISTRY_UNAVAILABLE */
  schemaById(id: number): Promise<object>;
}

const RECORD_NAMES = Object.keys(recordSchemas) as RecordName[];
const REQUEST_TIMEOUT_MS = 10_000;

/** The part of a process's configuration that says how to reach the registry. */
export interface RegistryConfig {
  /** With any path of the Confluent API, for example `…/apis/ccompat/v7`. */
  readonly SCHEMA_REGISTRY_URL: string;
  readonly SCHEMA_REGISTRY_USERNAME?: string | undefined;
  readonly SCHEMA_REGISTRY_PASSWORD?: { reveal(): string } | undefined;
}

export function createRegistry(config: RegistryConfig): SchemaRegistry {
  const username = config.SCHEMA_REGISTRY_USERNAME;
  const password = config.SCHEMA_REGISTRY_PASSWORD?.reveal() ?? '';
  const client = new Client({
    host: config.SCHEMA_REGISTRY_URL,
    clientId: 'gemini-events',
    retry: { retries: 0 },
    ...(username === undefined ? {} : { auth: { username, password } }),
  });

  const idOf = async (prefix: string, name: RecordName): Promise<number | null> => {
    const schema = { type: SchemaType.AVRO, schema: JSON.stringify(recordSchemas[name]) } as const;
    try {
      return await ask(client.getRegistryIdBySchema(subjectOf(name, prefix), schema));
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  };

  const register = async (prefix: string, name: RecordName): Promise<number> => {
    const subject = subjectOf(name, prefix);
    const schema = { type: SchemaType.AVRO, schema: JSON.stringify(recordSchemas[name]) } as const;
    const { id } = await ask(
      client.register(schema, {
        subject,
        compatibility: COMPATIBILITY.FULL_TRANSITIVE,
        updateConfig: true,
      }),
    );
    return id;
  };

  return {
    async lookupSchemaIds(prefix, names) {
      const found = await Promise.all(
        names.map(async (name) => [name, await idOf(prefix, name)] as const),
      );
      const missing = found
        .filter(([, id]) => id === null)
        .map(([name]) => subjectOf(name, prefix));
      if (missing.length > 0) {
        throw new BridgeError('ERR_SCHEMA_MISSING', `not registered: ${missing.join(', ')}`);
      }
      return new Map(found.flatMap(([name, id]) => (id === null ? [] : [[name, id] as const])));
    },
    async applySchemas(prefix, { dryRun }) {
      const changes: SchemaChange[] = [];
      for (const record of RECORD_NAMES) {
        const subject = subjectOf(record, prefix);
        const id = await idOf(prefix, record);
        if (id !== null) changes.push({ subject, record, change: 'unchanged', id });
        else if (dryRun) changes.push({ subject, record, change: 'register', id: null });
        else
          changes.push({
            subject,
            record,
            change: 'registered',
            id: await register(prefix, record),
          });
      }
      return changes;
    },
    compatibilityOf: (subject) =>
      ask(
        fetchCompatibility(
          `${config.SCHEMA_REGISTRY_URL.replace(/\/$/, '')}/config/${encodeURIComponent(subject)}?defaultToGlobal=true`,
          username === undefined ? {} : { authorization: basic(username, password) },
        ),
      ),
    async schemaById(id) {
      const schema = await ask(client.getSchema(id));
      if (!('schema' in schema) || typeof schema.schema !== 'function') {
        throw new BridgeError('ERR_SCHEMA_UNKNOWN', `schema ${id} is not Avro`, {
          data: { schemaId: id },
        });
      }
      return schema.schema({ exportAttrs: true }) as object;
    },
  };
}

/** The client of the registry has no call for it. */
async function fetchCompatibility(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const answer = await fetch(url, { headers, redirect: 'error' });
  if (!answer.ok) {
    throw Object.assign(new Error(`status ${answer.status}`), { status: answer.status });
  }
  const { compatibilityLevel } = (await answer.json()) as { readonly compatibilityLevel?: unknown };
  return String(compatibilityLevel);
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Bounds a call in time and gives every failure one of our codes. */
async function ask<Answer>(call: Promise<Answer>): Promise<Answer> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(new Error(`no answer in ${REQUEST_TIMEOUT_MS} ms`)),
    REQUEST_TIMEOUT_MS,
  );
  try {
    return await Promise.race([call, timeout.promise]);
  } catch (cause) {
    const status = statusOf(cause);
    const message = cause instanceof Error ? cause.message : String(cause);
    const code =
      status === 404
        ? 'ERR_SCHEMA_UNKNOWN'
        : status === 409
          ? 'ERR_SCHEMA_INCOMPATIBLE'
          : 'ERR_REGISTRY_UNAVAILABLE';
    throw new BridgeError(code, `schema registry: ${message}`, { cause, data: { status } });
  } finally {
    clearTimeout(timer);
  }
}

/** The HTTP status that a failure goes back to; null: no answer. */
function statusOf(error: unknown): number | null {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const { status } = current as { status?: unknown };
    if (typeof status === 'number') return status;
    // The look-up of a schema wraps a 404, and nothing else, in this error, and drops the status.
    if (current.name === 'ConfluentSchemaRegistryError') return 404;
  }
  return null;
}
