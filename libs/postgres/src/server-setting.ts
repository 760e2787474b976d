/** A connection string whose connections begin with a setting of the server's, beside those that it has. */
export function withServerSetting(connectionString: string, name: string, value: string): string {
  const url = new URL(connectionString);
  const given = url.searchParams.get('options') ?? '';
  url.searchParams.set('options', `${given} -c ${name}=${value}`.trim());
  return url.href;
}
