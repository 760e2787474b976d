import { Hono, type MiddlewareHandler } from 'hono';
import { batches } from './api/batches.ts';
import type { ApiContext } from './api/context.ts';
import { documents } from './api/documents.ts';
import { fileSearchStores } from './api/file-search-stores.ts';
import { files } from './api/files.ts';
import { answerError, GoogleError, notFound } from './api/google-error.ts';
import { interactions } from './api/interactions.ts';
import { jwks } from './api/jwks.ts';
import { models } from './api/models.ts';
import { storeUploads } from './api/store-uploads.ts';
import { uploads } from './api/uploads.ts';
import { webhooks } from './api/webhooks.ts';
import type { Faults } from './faults/faults.ts';
import { faultsApi, withFaults } from './faults/faults-api.ts';

/** The default of the SDK, and what most docs write. */
const VERSIONS = ['v1', 'v1beta'];

/** The Gemini API on one origin, and the simulator's own control calls beside it. */
export function createApp(
  api: ApiContext,
  control: Hono,
  faults: Faults,
  options: {
    readonly isKeyRight: (key: string) => boolean;
    /** Told of errors that are no answer of the API but faults of the simulator. */
    readonly onFault: (error: Error) => void;
  },
): Hono {
  const app = new Hono();
  const needsKey: MiddlewareHandler = async (context, next) => {
    // The URL that an upload was given is the right to go on with it.
    const isUpload = context.req.path.startsWith('/upload/');
    if (isUpload && context.req.query('upload_id') !== undefined) return next();
    const key = context.req.header('x-goog-api-key') ?? '';
    if (key === '') {
      throw new GoogleError(
        403,
        'Method does not allow unregistered callers. Please use an API key.',
      );
    }
    if (!options.isKeyRight(key))
      throw new GoogleError(403, 'API key not valid. Please pass a valid API key.');
    await next();
  };
  app.onError((error, context) => {
    if (!(error instanceof GoogleError)) options.onFault(error);
    return answerError(context, error);
  });
  app.notFound((context) => answerError(context, notFound(context.req.path)));
  app.route('/.well-known', jwks(api));
  app.route('/simulator', control);
  app.route('/simulator', faultsApi(faults));
  for (const version of VERSIONS) {
    for (const begin of [`/${version}`, `/download/${version}`, `/upload/${version}`]) {
      app.use(`${begin}/*`, needsKey);
      app.use(`${begin}/*`, withFaults(faults));
    }
    app.route(`/${version}/batches`, batches(api));
    app.route(`/${version}/interactions`, interactions(api));
    app.route(`/${version}/models`, models(api));
    app.route(`/${version}/files`, files(api, faults));
    app.route(`/${version}/webhooks`, webhooks(api));
    app.route(`/${version}/fileSearchStores`, fileSearchStores(api));
    app.route(`/${version}/fileSearchStores`, documents(api));
    app.route(`/download/${version}/files`, files(api, faults));
    app.route(`/upload/${version}/files`, uploads(api));
    app.route(`/upload/${version}/fileSearchStores`, storeUploads(api));
  }
  return app;
}
