import { type Job, outputFile } from '../jobs/job.ts';
import { outputOf, sha256Of } from '../outputs/output.ts';
import type { Upload } from '../uploads/upload.ts';

const LIFETIME_MS = 48 * 3_600_000;

/** The file that came out of a job. */
export async function renderOutputFile(job: Job, origin: string): Promise<object> {
  const output = outputOf(job);
  const name = outputFile(job) ?? '';
  return {
    name,
    mimeType: output.mimeType,
    sizeBytes: String(output.size),
    ...renderTimes(job.endedAt ?? job.createdAt),
    sha256Hash: await sha256Of(output),
    uri: `${origin}/v1beta/${name}`,
    downloadUri: `${origin}/v1beta/${name}:download?alt=media`,
    state: 'ACTIVE',
    source: 'GENERATED',
  };
}

/** A file that was uploaded; nobody can download it. */
export function renderUpload(upload: Upload, origin: string): object {
  const { name, displayName, mimeType, bytes, sha256, createdAt } = upload;
  return {
    name,
    ...(displayName === null ? {} : { displayName }),
    mimeType,
    sizeBytes: String(bytes.length),
    ...renderTimes(createdAt),
    sha256Hash: sha256,
    uri: `${origin}/v1beta/${name}`,
    state: 'ACTIVE',
    source: 'UPLOADED',
  };
}

function renderTimes(createdAt: number): object {
  return {
    createTime: new Date(createdAt).toISOString(),
    updateTime: new Date(createdAt).toISOString(),
    expirationTime: new Date(createdAt + LIFETIME_MS).toISOString(),
  };
}
