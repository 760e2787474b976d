import { type RecordName, type RecordTypes, recordSchemas } from '@gemini-events/schemas';
import avsc, { type Schema, type Type } from 'avsc';

/** The avsc type of each record of ours: times are numbers, optional fields are plain values or null. */
export function avroType(name: RecordName): Type {
  return avroTypeOf(recordSchemas[name]);
}

export function avroTypeOf(schema: object): Type {
  // A copy: avsc may add to a schema that it is given.
  return avsc.Type.forSchema(structuredClone(schema) as Schema);
}

/** Full names as they stand in Avro, by record name. */
export const FULL_NAMES: ReadonlyMap<string, RecordName> = new Map(
  (Object.keys(recordSchemas) as RecordName[]).map((name) => [`gemini.events.${name}`, name]),
);

/** A record of ours with its name: one variant for each. */
export type NamedRecord = {
  [Name in RecordName]: { readonly name: Name; readonly value: RecordTypes[Name] };
}[RecordName];
