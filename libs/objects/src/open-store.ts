import type { ResultsStoreConfig } from './config.ts';
import { createFileStore } from './store/file-store.ts';
import type { ObjectStore } from './store/object-store.ts';

/** The store that the configuration names. The client of S3 is only loaded where it is used. */
export async function openResultsStore(
  config: ResultsStoreConfig,
  instance: string,
): Promise<ObjectStore> {
  const { RESULTS_S3_BUCKET: bucket, RESULTS_S3_ENDPOINT: endpoint } = config;
  if (bucket === undefined) return createFileStore({ root: config.RESULTS_DIR ?? '', instance });
  const { createS3Store } = await import('./store/s3-store.ts');
  const accessKeyId = config.RESULTS_S3_ACCESS_KEY_ID;
  const secretAccessKey = config.RESULTS_S3_SECRET_ACCESS_KEY?.reveal();
  return createS3Store({
    bucket,
    prefix: config.RESULTS_S3_PREFIX,
    region: config.RESULTS_S3_REGION,
    forcePathStyle: endpoint !== undefined,
    instance,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
  });
}
