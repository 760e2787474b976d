import { rulesJsonSchema } from '../../features/notifications/src/rules/rules-json-schema.ts';

/** Not a page: the JSON Schema that editors check a rules file with. */
export function rulesSchemaPage(): string {
  const text = JSON.stringify(rulesJsonSchema(), null, 2);
  // Short lists on one line, as the formatter of the repository has them.
  return `${text.replace(/\[\s+("[^\]]+")\s+\]/g, (_, items: string) => `[${items.split(/\s*\n\s*/).join(' ')}]`)}\n`;
}
