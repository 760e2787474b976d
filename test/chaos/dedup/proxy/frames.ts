/** Length before each request and each answer (int32, without itself). */
const LENGTH_BYTES = 4;

/**
 * Cuts a stream of Kafka requests or answers into whole ones, each with its length in front, however
 * the stream comes in chunks.
 */
export function createFrameSplitter(): (chunk: Buffer) => Buffer[] {
  let parts: Buffer[] = [];
  let have = 0;
  const join = (): Buffer => {
    const [only, ...others] = parts;
    return only !== undefined && others.length === 0 ? only : Buffer.concat(parts);
  };
  return (chunk) => {
    parts.push(chunk);
    have += chunk.length;
    // A large answer comes in many chunks: they are joined once, when it is complete.
    let need = LENGTH_BYTES;
    if (have >= need) need += lengthAt(parts, join);
    if (have < need) return [];
    const frames: Buffer[] = [];
    let rest = join();
    while (rest.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + rest.readInt32BE(0);
      if (rest.length < end) break;
      frames.push(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    parts = rest.length === 0 ? [] : [rest];
    have = rest.length;
    return frames;
  };
}

function lengthAt(parts: readonly Buffer[], join: () => Buffer): number {
  const [first] = parts;
  return (first !== undefined && first.length >= LENGTH_BYTES ? first : join()).readInt32BE(0);
}

/** Keys of the requests that the proxy looks at (the protocol's `api_key`). */
export const API = { produce: 0, initProducerId: 22, endTxn: 26 } as const;

export interface RequestHeader {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string;
}

/** The part of a request's header that all of its versions have in common. */
export function readRequestHeader(frame: Buffer): RequestHeader {
  const length = frame.readInt16BE(12);
  return {
    apiKey: frame.readInt16BE(4),
    apiVersion: frame.readInt16BE(6),
    correlationId: frame.readInt32BE(8),
    clientId: length <= 0 ? '' : frame.toString('utf8', 14, 14 + length),
  };
}

/** Which request a frame answers. */
export function readCorrelationId(frame: Buffer): number {
  return frame.readInt32BE(4);
}

/** The first version of EndTxn whose answer's header has tagged fields. */
const END_TXN_FLEXIBLE = 3;

/** The error code of an answer to EndTxn; it stands behind the throttle time. */
export function readEndTxnError(frame: Buffer, apiVersion: number): number {
  const tagged = apiVersion >= END_TXN_FLEXIBLE ? 1 : 0;
  return frame.readInt16BE(LENGTH_BYTES + 4 + tagged + 4);
}
