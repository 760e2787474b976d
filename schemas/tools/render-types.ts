/** The part of Avro that our records use: primitives, maps of strings, unions, timestamp-millis. */
export type AvroType =
  | string
  | readonly AvroType[]
  | { readonly type: 'map'; readonly values: AvroType }
  | { readonly type: 'long'; readonly logicalType: 'timestamp-millis' };

export interface AvroRecord {
  readonly name: string;
  readonly doc: string;
  readonly fields: readonly {
    readonly name: string;
    readonly type: AvroType;
    readonly doc: string;
  }[];
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  null: 'null',
  string: 'string',
  bytes: 'Uint8Array',
  int: 'number',
  long: 'number',
  double: 'number',
  boolean: 'boolean',
};

/** The TypeScript type of an Avro type. Throws on what our records do not use, rather than guess. */
export function tsType(type: AvroType): string {
  if (typeof type === 'string') {
    const known = PRIMITIVES[type];
    if (known === undefined) throw new Error(`no TypeScript type for Avro type ${type}`);
    return known;
  }
  if ('map' === (type as { type?: string }).type) {
    return `Readonly<Record<string, ${tsType((type as { values: AvroType }).values)}>>`;
  }
  if (Array.isArray(type)) return type.map(tsType).join(' | ');
  if ((type as { logicalType?: string }).logicalType === 'timestamp-millis') return 'number';
  throw new Error(`no TypeScript type for ${JSON.stringify(type)}`);
}

function unit(type: AvroType): string {
  return JSON.stringify(type).includes('timestamp-millis') ? ' (milliseconds since 1970)' : '';
}

function renderRecord(record: AvroRecord): string {
  const fields = record.fields.map(
    (field) =>
      `  /** ${field.doc}${unit(field.type)} */\n  readonly ${field.name}: ${tsType(field.type)};`,
  );
  return `/** ${record.doc} */\nexport interface ${record.name} {\n${fields.join('\n')}\n}\n`;
}

/** The whole generated file for these records. */
export function renderRecords(records: readonly AvroRecord[]): string {
  const names = records.map((record) => record.name);
  return [
    '// Generated from schemas/avro by `pnpm generate`. Do not edit.\n',
    ...records.map(renderRecord),
    `export interface RecordTypes {\n${names.map((name) => `  readonly ${name}: ${name};`).join('\n')}\n}\n`,
    `export const recordSchemas = {\n${records.map((r) => `  ${r.name}: ${JSON.stringify(r)},`).join('\n')}\n} as const;\n`,
  ].join('\n');
}
