/** Whether a text is a URI that a delivery can be posted to. */
export function isHttp(uri: string): boolean {
  return /^https?:$/.test(URL.parse(uri)?.protocol ?? '');
}

/** Whether an http(s) URI names this machine. The URL parser has normalised the spellings by then. */
export function isLoopback(uri: string): boolean {
  if (!isHttp(uri)) return false;
  const { hostname } = new URL(uri);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
