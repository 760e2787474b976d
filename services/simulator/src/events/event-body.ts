import { type Job, outputFile } from '../jobs/job.ts';
import { jobError } from '../jobs/job-error.ts';
import type { UnknownType } from '../runs/extras.ts';

/** Nobody documents where a dynamic webhook's `user_metadata` comes back (contract notes, section 8). */
export const USER_METADATA_PLACES = ['data', 'top', 'both', 'none'] as const;
export type UserMetadataPlace = (typeof USER_METADATA_PLACES)[number];

/** The thin body of an event, as the bytes that are signed and sent. */
export function eventBody(
  type: string,
  job: Job,
  options: { readonly pointerOrigin: string; readonly userMetadataPlace: UserMetadataPlace },
): Buffer {
  const timestamp = new Date(job.endedAt ?? job.createdAt).toISOString();
  const data: Record<string, unknown> = { id: job.name, ...pointers(job, options.pointerOrigin) };
  const envelope: Record<string, unknown> = { type, version: 'v1', timestamp, data };
  if (job.webhook !== null && Object.keys(job.webhook.userMetadata).length > 0) {
    const place = options.userMetadataPlace;
    if (place === 'top' || place === 'both') envelope['user_metadata'] = job.webhook.userMetadata;
    if (place === 'data' || place === 'both') data['user_metadata'] = job.webhook.userMetadata;
  }
  return Buffer.from(JSON.stringify(envelope));
}

function pointers(job: Job, origin: string): Record<string, unknown> {
  if (job.state === 'failed') {
    const error = jobError(job);
    return { error_code: error.status, error_message: error.message };
  }
  const file = outputFile(job);
  if (file === null) return {};
  if (job.request.kind === 'batch') return { output_file_uri: file };
  if (job.request.kind === 'video') {
    return { output_file_uri: `${origin}/v1beta/${file}:download?alt=media`, file_name: file };
  }
  return {};
}

/** A genuine event that cannot be published: cut off in the middle, or without an id. */
export function malformedEvent(
  kind: 'not_json' | 'no_id',
  job: Job,
): { readonly type: string | null; readonly body: Buffer } {
  return kind === 'not_json'
    ? { type: null, body: Buffer.from(`{"type":"batch.succeeded","data":{"id":"${job.name}`) }
    : { type: 'batch.succeeded', body: Buffer.from('{"type":"batch.succeeded","data":{}}') };
}

/** A ping comes without `data` here; what Gemini puts there is not documented. */
export function unknownEvent(
  type: UnknownType,
  name: string,
  nowMs: number,
): { readonly resourceId: string | null; readonly body: Buffer } {
  const head = { type, version: 'v1', timestamp: new Date(nowMs).toISOString() };
  const resourceId = type === 'ping' ? null : `tunedModels/${name.replace(/^.*\//, '')}`;
  const envelope = resourceId === null ? head : { ...head, data: { id: resourceId } };
  return { resourceId, body: Buffer.from(JSON.stringify(envelope)) };
}
