import { renderColumns } from './columns.ts';
import { plain } from './plain.ts';

/** A name and a value in each line; those without a value are left out. */
export function renderFacts(facts: readonly (readonly [string, string | null])[]): string {
  const rows = facts.flatMap(([name, value]) => (value === null ? [] : [[name, plain(value)]]));
  return renderColumns(rows, new Set());
}
