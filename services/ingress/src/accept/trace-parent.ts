import { randomFillSync } from 'node:crypto';

/** Version 00 (W3C Trace Context, level 1); ids of zeros are not valid. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;
const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

const pool = Buffer.alloc(4_096);
let used = pool.length;

/** Random bytes as hex, out of a pool: a call into the system for each delivery would cost more. */
function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}

/** The trace context of the record: the sender's trace goes on, or a new one begins unsampled. */
export function traceParent(received: string): string {
  const match = received === '' ? null : TRACEPARENT.exec(received);
  const [, trace = randomHex(TRACE_BYTES), flags = '00'] = match ?? [];
  return `00-${trace}-${randomHex(SPAN_BYTES)}-${flags}`;
}
