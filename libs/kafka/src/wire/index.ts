/** Records as they stand in their batches. */
export { createHeaderReader } from './header-reader.ts';
export { createNamedHeaders, type NamedHeaders } from './named-headers.ts';
export { encodePayload, withHeader, withHeaders } from './payload.ts';
export { type Payload, RawRecord } from './raw-record.ts';
