import { randomBytes, randomUUID } from 'node:crypto';

/** Batch ids of Gemini have 36 characters, so that `files/batch-<id>` breaks its own 40-character rule. */
const BATCH_ID_LENGTH = 36;

/** Lower-case letters and digits, fresh in every process: topics outlive a simulator. */
export function randomId(length: number): string {
  const bytes = randomBytes(length);
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('');
}

export function webhookId(): string {
  return `msg_${randomUUID()}`;
}

/** Names the jobs of one run: `<prefix><run id>-<number>`, as long as `length` asks for. */
export function jobId(base: string, index: number, length = 0): string {
  const number = index.toString(36);
  return `${base}-${number.padStart(length - base.length - 1, '0')}`;
}

export function batchId(base: string | null, index: number): string {
  return base === null ? randomId(BATCH_ID_LENGTH) : jobId(base, index, BATCH_ID_LENGTH);
}
