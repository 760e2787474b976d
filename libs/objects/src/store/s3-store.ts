import { hash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { checkedKey } from './object-key.ts';
import type { ObjectStore } from './object-store.ts';
import { createS3Writer, MOST_COPIED_BYTES } from './s3-writer.ts';
import { missing, stored } from './store-error.ts';

export interface S3Options {
  readonly bucket: string;
  /** Put before every key, for example `gemini/`. */
  readonly prefix: string;
  readonly region: string;
  /** Of a store that speaks S3; without it AWS. */
  readonly endpoint?: string;
  /** Without them as the AWS SDK finds them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** `host/bucket/key` instead of `bucket.host/key`. */
  readonly forcePathStyle: boolean;
  /** Its unfinished uploads lie under `<prefix>parts/<instance>/`. */
  readonly instance: string;
  /** An object with more is copied to its key in parts, of 5 MiB or more. @default 512 MiB */
  readonly mostCopiedBytes?: number;
}

/** How often a put is repeated that another one of the same key stood against. */
const CONFLICT_TRIES = 5;

/**
 * Objects in a bucket. Needs `s3:GetObject`, `PutObject`, `DeleteObject`, `AbortMultipartUpload`,
 * `ListBucket` and `ListBucketMultipartUploads`, and conditional writes (`If-None-Match: *`).
 */
export function createS3Store(options: S3Options): ObjectStore {
  const { mostCopiedBytes = MOST_COPIED_BYTES } = options;
  const { bucket: Bucket, prefix, region, endpoint, credentials, forcePathStyle } = options;
  const client = new S3Client({
    region,
    forcePathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 120_000 },
    // Checksums of our own are kept; those of the SDK cost CPU, and not every store knows them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const parts = `${prefix}parts/${hash('sha256', options.instance).slice(0, 16)}/`;
  const keyOf = (key: string): string => prefix + checkedKey(key);
  const uriOf = (key: string): string => `s3://${Bucket}/${keyOf(key)}`;

  async function* listAll(Prefix: string): AsyncGenerator<string> {
    let token: string | undefined;
    do {
      const page = await stored(() =>
        client.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        ),
      );
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  return {
    uriOf,
    async writer(contentType) {
      const partKey = `${parts}${randomUUID()}`;
      const writer = createS3Writer(client, { Bucket, partKey, contentType, mostCopiedBytes });
      return {
        write: (chunk) => stored(() => writer.write(chunk)),
        commit: (key, metadata) =>
          stored(async () => {
            await writer.commit(keyOf(key), metadata);
            return uriOf(key);
          }),
        abort: () => writer.abort(),
      };
    },
    putNew: (key, bytes, { contentType, metadata }) =>
      stored(async () => {
        for (let attempt = 1; ; attempt += 1) {
          try {
            await client.send(
              new PutObjectCommand({
                Bucket,
                Key: keyOf(key),
                Body: bytes,
                ContentType: contentType,
                Metadata: { ...metadata },
                IfNoneMatch: '*',
              }),
            );
            return true;
          } catch (error) {
            const status = statusOf(error);
            if (status === 412) return false;
            // Two conditional puts at the same time: neither may have been made.
            if (status !== 409 || attempt === CONFLICT_TRIES) throw error;
          }
        }
      }),
    head: (key) =>
      stored(async () => {
        const found = await client
          .send(new HeadObjectCommand({ Bucket, Key: keyOf(key) }))
          .catch(nullIfMissing);
        if (found === null) return null;
        return {
          key,
          sizeBytes: found.ContentLength ?? 0,
          contentType: found.ContentType ?? 'application/octet-stream',
          metadata: found.Metadata ?? {},
        };
      }),
    read: (key, range) =>
      stored(async () => {
        const isEmpty = range !== undefined && range.end <= range.start;
        // S3 knows no empty range.
        const Range = isEmpty ? 'bytes=0-0' : range && `bytes=${range.start}-${range.end - 1}`;
        const found = await client
          .send(
            new GetObjectCommand({
              Bucket,
              Key: keyOf(key),
              ...(Range === undefined ? {} : { Range }),
            }),
          )
          .catch(nullIfMissing);
        if (found === null) throw missing(key);
        const body = found.Body as Readable;
        return isEmpty ? body.take(0) : body;
      }),
    async *list(wanted) {
      for await (const key of listAll(prefix + wanted)) {
        if (!key.startsWith(`${prefix}parts/`)) yield key.slice(prefix.length);
      }
    },
    remove: (key) =>
      stored(async () => {
        await client.send(new DeleteObjectCommand({ Bucket, Key: keyOf(key) }));
      }),
    clean: () =>
      stored(async () => {
        const uploads = await client.send(
          new ListMultipartUploadsCommand({ Bucket, Prefix: parts }),
        );
        for (const { Key, UploadId } of uploads.Uploads ?? []) {
          if (Key?.startsWith(parts) !== true) continue;
          await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
        }
        for await (const Key of listAll(parts)) {
          await client.send(new DeleteObjectCommand({ Bucket, Key }));
        }
      }),
    close: async () => client.destroy(),
  };
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function nullIfMissing(error: unknown): null {
  if (statusOf(error) === 404) return null;
  throw error;
}
