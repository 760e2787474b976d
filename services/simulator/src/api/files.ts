import { Hono } from 'hono';
import type { Faults } from '../faults/faults.ts';
import { type Job, outputFile } from '../jobs/job.ts';
import type { Upload } from '../uploads/upload.ts';
import type { ApiContext } from './context.ts';
import { download } from './download.ts';
import { GoogleError, invalid, notFound } from './google-error.ts';
import { askedPage, pageOf } from './page.ts';
import { renderOutputFile, renderUpload } from './render-file.ts';

const LIMITS = { usual: 10, most: 100 };
/** The Files API's own rule; ids of batch outputs break it and cannot be deleted (hazard 19). */
const MAX_DELETABLE_ID = 40;
const DOWNLOAD = ':download';

type AnyFile =
  | { readonly upload: Upload; readonly job?: never }
  | { readonly job: Job; readonly upload?: never };

/**
 * Files: get, list, delete, download. Of outputs nothing is stored: their bytes are made when they are
 * read. Uploaded files come in under `/upload`.
 */
export function files(api: ApiContext, faults: Faults): Hono {
  const app = new Hono();
  const find = (name: string): AnyFile => {
    const upload = api.uploads.get(name);
    if (upload !== null) return { upload };
    const job = api.store.ofFile(name);
    if (job === null || outputFile(job) === null) throw notFound(name);
    return { job };
  };
  const render = async ({ job, upload }: AnyFile): Promise<object> =>
    job === undefined
      ? renderUpload(upload, api.pointerOrigin())
      : renderOutputFile(job, api.pointerOrigin());
  app.get('/', async (context) => {
    const { items, nextToken } = pageOf(existing(api), askedPage(context), LIMITS);
    const rendered = await Promise.all(items.map(render));
    return context.json({
      ...(rendered.length === 0 ? {} : { files: rendered }),
      ...(nextToken === null ? {} : { nextPageToken: nextToken }),
    });
  });
  app.get('/:call', async (context) => {
    const call = context.req.param('call');
    if (!call.endsWith(DOWNLOAD)) return context.json(await render(find(`files/${call}`)));
    const { job } = find(`files/${call.slice(0, -DOWNLOAD.length)}`);
    if (job !== undefined) return download(context, job, faults);
    throw new GoogleError(400, 'Only generated files can be downloaded.', 'FAILED_PRECONDITION');
  });
  app.delete('/:id', (context) => {
    const id = context.req.param('id');
    const { upload } = find(`files/${id}`);
    if (id.length > MAX_DELETABLE_ID) throw invalid('The file id is longer than 40 characters.');
    if (upload === undefined) api.store.removeFile(`files/${id}`);
    else api.uploads.delete(upload.name);
    return context.json({});
  });
  return app;
}

function* existing(api: ApiContext): Generator<AnyFile> {
  for (const [, job] of api.store.files()) if (outputFile(job) !== null) yield { job };
  for (const upload of api.uploads.values()) yield { upload };
}
