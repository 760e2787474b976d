/** Ids of the Files API; outputs of batches are longer than its rule says (42 characters, with dashes). */
const FILE_NAME = /(?:^|\/)files\/([A-Za-z0-9_-]{1,128})(?:[:/?#]|$)/;

/** `files/<id>` out of a name or a URI, whatever host the URI names; null where there is none. */
export function fileNameIn(pointer: string | null): string | null {
  const id = pointer === null ? undefined : FILE_NAME.exec(pointer)?.[1];
  return id === undefined ? null : `files/${id}`;
}

/** A resource name from an id that comes with its collection or without. */
export function resourceName(collection: string, id: string): string {
  return id.startsWith(`${collection}/`) ? id : `${collection}/${id}`;
}

/** A name as a URL path: each segment escaped, so that a foreign id cannot leave its place. */
export function namePath(name: string): string {
  return name
    .split('/')
    .map((segment) => (segment === '.' || segment === '..' ? '' : encodeURIComponent(segment)))
    .join('/');
}
