/** A time as milliseconds since 1970, in the list of a select. */
export function msOf(time: string): string {
  return `(extract(epoch from ${time}) * 1000)::float8`;
}
