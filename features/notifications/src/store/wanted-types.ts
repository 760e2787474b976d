/**
 * Whether an endpoint wants messages of a type, in SQL. Its `types` are types and families; null: all.
 * @param type a column
 * @param types a column
 */
export function wants(types: string, type: string): string {
  return `(${types} is null or ${type} = any(${types}) or split_part(${type}, '.', 1) = any(${types}))`;
}
