import { hash } from 'node:crypto';
import { Hono } from 'hono';
import type { Received } from '../uploads/session.ts';
import type { Upload } from '../uploads/upload.ts';
import { randomId } from '../util/ids.ts';
import type { ApiContext } from './context.ts';
import { GoogleError, invalid } from './google-error.ts';
import { isObject, textField } from './read-body.ts';
import { renderUpload } from './render-file.ts';
import { resumable } from './resumable.ts';

/** What a file counts for at least, so that many empty ones are bounded too. */
const LEAST_BYTES = 1_024;
const NAME = /^files\/[a-z0-9][a-z0-9-]{0,39}$/;

/** `/upload/{version}/files`: files come in, their bytes in memory. */
export function uploads(api: ApiContext): Hono {
  const app = new Hono();
  const finish = (received: Received): object => {
    const upload = uploadOf(api, received);
    api.uploads.set(upload.name, upload, Math.max(LEAST_BYTES, upload.bytes.length));
    return { file: renderUpload(upload, api.pointerOrigin()) };
  };
  app.post(
    '/',
    resumable(api.sessions, (_context, received) => finish(received)),
  );
  return app;
}

function uploadOf(api: ApiContext, { head, mimeType, bytes }: Received): Upload {
  const file = isObject(head['file']) ? head['file'] : {};
  const asked = file['name'];
  const name = typeof asked === 'string' ? asked : `files/${randomId(12)}`;
  if (!NAME.test(name)) throw invalid(`Invalid file name '${name}'.`);
  if (api.uploads.get(name) !== null) {
    throw new GoogleError(409, `File '${name}' already exists.`, 'ALREADY_EXISTS');
  }
  return {
    name,
    displayName: textField(file, 'displayName'),
    mimeType,
    bytes,
    sha256: hash('sha256', bytes, 'base64'),
    createdAt: api.now(),
  };
}
