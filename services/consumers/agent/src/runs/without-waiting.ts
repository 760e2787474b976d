/** The same database, by connections whose commits do not wait for the disk (`synchronous_commit`). */
export function withoutWaitingForDisk(connectionString: string): string {
  const url = new URL(connectionString);
  const given = url.searchParams.get('options') ?? '';
  url.searchParams.set('options', `${given} -c synchronous_commit=off`.trim());
  return url.href;
}
