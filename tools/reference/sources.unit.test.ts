import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSourcesFile } from '../../services/ingress/src/sources/read-sources-file.ts';
import { sourcesSchemaPage } from './sources-schema-page.ts';

const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/sources.md'), 'utf8');
const examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

it('the guide shows sources files', () => {
  expect(examples.length).toBeGreaterThanOrEqual(2);
});

it.each(examples)('the ingress takes this file of the guide:\n%s', (example) => {
  // The guide leaves secrets out: whoever copies it shall not have ours.
  const text = example.replaceAll('whsec_…', SECRET);
  const files: Readonly<Record<string, string>> = {
    '/etc/gemini-events/sources.yaml': text,
    '/etc/gemini-events/secrets/search.txt': SECRET,
    '/etc/gemini-events/secrets/owner-key': 'k'.repeat(44),
  };
  const reading = readSourcesFile('/etc/gemini-events/sources.yaml', (path) => {
    const found = files[path];
    if (found === undefined) throw new Error(`no ${path}`);
    return found;
  });
  expect(reading).toMatchObject({ ok: true });
});

it('the published schema names every field of the examples, and refuses others', () => {
  const schema = JSON.parse(sourcesSchemaPage()) as {
    properties: { sources: { additionalProperties: Record<string, object> } };
  };
  const source = schema.properties.sources.additionalProperties;
  expect(source['additionalProperties']).toBe(false);
  const fields = Object.keys(source['properties'] ?? {});
  const used = examples.flatMap((text) =>
    [...text.matchAll(/^ {4}(\w+):/gm)].map(([, name]) => name),
  );
  expect(fields).toEqual(expect.arrayContaining(used));
});
