import specifications from '@asyncapi/specs';
import { Ajv } from 'ajv';
import avsc from 'avsc';
import { expect, it } from 'vitest';
import { TOPICS } from '../../schemas/src/topics.ts';
import { asyncApiPage } from './asyncapi-page.ts';

interface Document {
  readonly channels: Record<string, { address: string; messages: Record<string, unknown> }>;
  readonly components: {
    readonly schemas: Record<string, { readonly schema: avsc.Schema }>;
  };
}

const read = (): Document => JSON.parse(asyncApiPage()) as Document;
// Formats of texts are not checked: `uri` and the like come with a package of their own.
// The specification brings the schema of schemas along itself.
const ajv = new Ajv({
  strict: false,
  validateFormats: false,
  validateSchema: false,
  meta: false,
});
const isAsyncApi = ajv.compile(specifications.schemas['3.0.0'] as object);

it('is an AsyncAPI 3.0.0 document', () => {
  isAsyncApi(read());
  expect(isAsyncApi.errors).toBeNull();
});

it.each<[string, (document: Document) => unknown]>([
  [
    'a channel of no known field',
    ({ channels }) => Object.assign(channels['results'] ?? {}, { a: 1 }),
  ],
  ['no channels of their form', (document) => Object.assign(document, { channels: [] })],
  ['no action', (document) => Object.assign(document, { operations: { one: { channel: {} } } })],
])('would not be one with %s', (_, spoil) => {
  const document = read();
  spoil(document);
  expect(isAsyncApi(document)).toBe(false);
});

it('has a channel for each topic that others may read', () => {
  const addresses = Object.values(read().channels).map(({ address }) => address);
  const expected = TOPICS.map(({ name }) => `{prefix}.${name}`)
    .filter((address) => address !== '{prefix}.dedup.changelog')
    .map((address) => address.replace(/\.(dlq|replay)\.[a-z]+$/, '.$1.{consumer}'));
  // Those of all consumers are one channel.
  expect(addresses).toEqual([...new Set(expected)]);
});

it('refers to nothing that is not there', () => {
  const document = read();
  const references = [...asyncApiPage().matchAll(/"\$ref": "#\/([^"]+)"/g)].map(([, path]) => path);
  expect(references.length).toBeGreaterThan(50);
  for (const path of references) {
    const found = path
      ?.split('/')
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], document);
    expect({ path, isThere: found !== undefined }).toEqual({ path, isThere: true });
  }
});

it('holds schemas that Avro takes', () => {
  const schemas = Object.entries(read().components.schemas);
  expect(schemas.length).toBeGreaterThan(5);
  for (const [name, { schema }] of schemas) {
    expect(avsc.Type.forSchema(schema).name).toBe(`gemini.events.${name}`);
  }
});
