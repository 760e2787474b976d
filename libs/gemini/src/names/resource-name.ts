import { BridgeError } from '@gemini-events/events';

/** Ids of the Files API; outputs of batches are longer than its rule says (42 characters, hazard 19). */
const FILE_ID = '[A-Za-z0-9_-]{1,128}';
const FILE_NAME = new RegExp(`^files/(${FILE_ID})$`);
/** Path of a file or its download, under any API version. */
const FILE_PATH = new RegExp(`^/(?:download/)?v1[a-z0-9]*/files/(${FILE_ID})(?::download)?$`);
const OPERATION = /^(?:models\/[^/]+\/)?operations\/[^/]+$/;

/**
 * `files/<id>` out of a name or an http(s) URI; null where there is none. The host of a URI is never
 * used: whatever it names, the file is asked for at our own Gemini API.
 */
export function fileNameIn(pointer: string | null): string | null {
  if (pointer === null) return null;
  const url = URL.parse(pointer);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  const id = isWeb ? FILE_PATH.exec(url.pathname)?.[1] : FILE_NAME.exec(pointer)?.[1];
  return id === undefined ? null : `files/${id}`;
}

/**
 * A resource name from an id that comes with its collection or without.
 * @throws BridgeError ERR_RESULT_POINTER the id is no single path segment
 */
export function resourceName(collection: 'batches' | 'interactions', id: string): string {
  const bare = id.startsWith(`${collection}/`) ? id.slice(collection.length + 1) : id;
  if (!isSegment(bare)) throw pointerError(id);
  return `${collection}/${bare}`;
}

/** @throws BridgeError ERR_RESULT_POINTER not the name of a long-running operation */
export function operationName(id: string): string {
  if (!OPERATION.test(id) || !id.split('/').every(isSegment)) throw pointerError(id);
  return id;
}

/** A name as a URL path: each segment escaped, so that a foreign id stays in its place. */
export function namePath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

/** An id that can be escaped into one path segment (a lone surrogate cannot). */
function isSegment(text: string): boolean {
  const isDots = text === '.' || text === '..';
  return text !== '' && !isDots && !text.includes('/') && text.isWellFormed();
}

function pointerError(id: string): BridgeError {
  return new BridgeError('ERR_RESULT_POINTER', 'the event names no job that could be asked', {
    data: { id: id.slice(0, 256) },
  });
}
