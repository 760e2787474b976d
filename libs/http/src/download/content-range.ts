/** What a server says it sends: bytes from `start`, of `total` where it knows. */
export interface ContentRange {
  readonly start: number;
  readonly total: number | null;
}

/** Reads `Content-Range: bytes 10-19/30` (RFC 9110, 14.4); null where it is no such range. */
export function readContentRange(header: string | undefined): ContentRange | null {
  const match = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(header?.trim() ?? '');
  if (match === null) return null;
  return { start: Number(match[1]), total: match[2] === '*' ? null : Number(match[2]) };
}

/** Whether an entity tag is strong: the same tag means the same bytes (RFC 9110, 8.8.3). */
export function isStrongTag(etag: string | undefined): etag is string {
  return etag !== undefined && /^"[^"]*"$/.test(etag);
}
