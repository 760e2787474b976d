import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { ObjectAbout } from './object-store.ts';

/** A part of an upload, of which there are 10,000 at most; an object up to this size is put at once. */
const PART_BYTES = 8 * 1024 * 1024;
/** What a store copies at once: S3 takes 5 GiB, but one call must not outlast its timeout. */
export const MOST_COPIED_BYTES = 512 * 1024 ** 2;

interface Upload {
  readonly id: string;
  readonly parts: CompletedPart[];
}

/**
 * One object on its way to a bucket. A large one is uploaded in parts under a name of its own, as its key
 * is not known before its end; the store copies it to its key then. One part fills while one is sent.
 */
export function createS3Writer(
  client: S3Client,
  options: {
    readonly Bucket: string;
    readonly partKey: string;
    readonly contentType: string;
    /** An object with more is copied to its key in parts. */
    readonly mostCopiedBytes: number;
  },
): {
  write(chunk: Buffer): Promise<void>;
  commit(key: string, metadata: ObjectAbout['metadata']): Promise<void>;
  abort(): Promise<void>;
} {
  const { Bucket, partKey: Key, contentType: ContentType, mostCopiedBytes } = options;
  let buffer: Buffer = Buffer.allocUnsafe(0);
  let spare: Buffer | null = null;
  let filled = 0;
  let total = 0;
  let upload: Upload | null = null;
  let sending: Promise<void> = Promise.resolve();
  let isOver = false;

  const room = (): Buffer => {
    // Small objects take little: the buffer grows up to one part.
    if (filled === buffer.length && buffer.length < PART_BYTES) {
      const larger = Buffer.allocUnsafe(
        Math.min(PART_BYTES, Math.max(64 * 1024, buffer.length * 4)),
      );
      buffer.copy(larger, 0, 0, filled);
      buffer = larger;
    }
    return buffer;
  };
  const send = async (body: Buffer): Promise<void> => {
    await sending;
    upload ??= await startUpload(client, { Bucket, Key, ContentType });
    const { id, parts } = upload;
    const PartNumber = parts.length + 1;
    const part: CompletedPart = { PartNumber };
    parts.push(part);
    const command = {
      Bucket,
      Key,
      UploadId: id,
      PartNumber,
      Body: body,
      ContentLength: body.length,
    };
    sending = client.send(new UploadPartCommand(command)).then(({ ETag }) => {
      part.ETag = ETag;
    });
    sending.catch(() => undefined);
  };
  return {
    async write(chunk) {
      for (let at = 0; at < chunk.length; ) {
        const copied = chunk.copy(room(), filled, at);
        at += copied;
        filled += copied;
        total += copied;
        if (filled < PART_BYTES) continue;
        const full = buffer;
        // Afterwards the part before this one has been sent, and its memory is free.
        await send(full);
        buffer = spare ?? Buffer.allocUnsafeSlow(PART_BYTES);
        spare = full;
        filled = 0;
      }
    },
    async commit(key, metadata) {
      const last = buffer.subarray(0, filled);
      const described = { ContentType, Metadata: { ...metadata } };
      if (upload === null) {
        await client.send(new PutObjectCommand({ Bucket, Key: key, Body: last, ...described }));
        isOver = true;
        return;
      }
      if (last.length > 0) await send(last);
      await sending;
      await complete(client, { Bucket, Key, ...upload });
      await copy(client, { Bucket, from: Key, to: key, total, mostCopiedBytes, described });
      isOver = true;
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },
    async abort() {
      if (isOver) return;
      isOver = true;
      buffer = Buffer.alloc(0);
      spare = null;
      await sending.catch(() => undefined);
      if (upload === null) return;
      const ended = new AbortMultipartUploadCommand({ Bucket, Key, UploadId: upload.id });
      await client.send(ended).catch(() => undefined);
    },
  };
}

async function startUpload(
  client: S3Client,
  request: {
    readonly Bucket: string;
    readonly Key: string;
    readonly ContentType: string;
    readonly Metadata?: Record<string, string>;
  },
): Promise<Upload> {
  const started = await client.send(new CreateMultipartUploadCommand(request));
  return { id: started.UploadId ?? '', parts: [] };
}

async function complete(
  client: S3Client,
  { Bucket, Key, id, parts }: Upload & { readonly Bucket: string; readonly Key: string },
): Promise<void> {
  const MultipartUpload = { Parts: parts };
  await client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId: id, MultipartUpload }),
  );
}

/** Within the store: none of the bytes come here. */
async function copy(
  client: S3Client,
  {
    Bucket,
    from,
    to,
    total,
    mostCopiedBytes,
    described,
  }: {
    readonly Bucket: string;
    readonly from: string;
    readonly to: string;
    readonly total: number;
    readonly mostCopiedBytes: number;
    readonly described: { readonly ContentType: string; readonly Metadata: Record<string, string> };
  },
): Promise<void> {
  const CopySource = `${Bucket}/${from.split('/').map(encodeURIComponent).join('/')}`;
  if (total <= mostCopiedBytes) {
    const replaced = { ...described, MetadataDirective: 'REPLACE' } as const;
    await client.send(new CopyObjectCommand({ Bucket, Key: to, CopySource, ...replaced }));
    return;
  }
  const upload = await startUpload(client, { Bucket, Key: to, ...described });
  for (let at = 0; at < total; at += mostCopiedBytes) {
    const PartNumber = upload.parts.length + 1;
    const CopySourceRange = `bytes=${at}-${Math.min(at + mostCopiedBytes, total) - 1}`;
    const where = { Bucket, Key: to, UploadId: upload.id, PartNumber, CopySource, CopySourceRange };
    const { CopyPartResult } = await client.send(new UploadPartCopyCommand(where));
    upload.parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
  }
  await complete(client, { Bucket, Key: to, ...upload });
}
