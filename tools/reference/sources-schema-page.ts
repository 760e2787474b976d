import { sourcesJsonSchema } from '../../services/ingress/src/sources/sources-json-schema.ts';

/** Not a page: the JSON Schema that editors check a sources file with. */
export function sourcesSchemaPage(): string {
  const text = JSON.stringify(sourcesJsonSchema(), null, 2);
  // Short lists on one line, as the formatter of the repository has them.
  return `${text.replace(/\[\s+("[^\]]+")\s+\]/g, (_, items: string) => `[${items.split(/\s*\n\s*/).join(' ')}]`)}\n`;
}
