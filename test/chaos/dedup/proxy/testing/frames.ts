/** A request or an answer with its length in front. */
export function frame(payload: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(payload.length);
  return Buffer.concat([length, payload]);
}

/** A request of which only the header matters. */
export function request(header: {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string | null;
}): Buffer {
  const client = header.clientId === null ? null : Buffer.from(header.clientId);
  const fixed = Buffer.alloc(10);
  fixed.writeInt16BE(header.apiKey, 0);
  fixed.writeInt16BE(header.apiVersion, 2);
  fixed.writeInt32BE(header.correlationId, 4);
  fixed.writeInt16BE(client?.length ?? -1, 8);
  return frame(Buffer.concat([fixed, client ?? Buffer.alloc(0), Buffer.from('rest')]));
}

/** An answer to EndTxn or InitProducerId of a version with tagged fields. */
export function answer(correlationId: number, errorCode: number): Buffer {
  const payload = Buffer.alloc(11);
  payload.writeInt32BE(correlationId, 0);
  payload.writeInt16BE(errorCode, 9);
  return frame(payload);
}
