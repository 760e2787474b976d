import { connect } from 'node:net';

const METADATA = 3;
/** Oldest version without tagged fields that has the throttle time. */
const VERSION = 4;
const TIMEOUT_MS = 2_000;

/**
 * How many brokers a Kafka node knows: one Metadata request, without a client library. A node that is
 * still starting refuses the connection or knows none.
 */
export function countBrokers(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const chunks: Buffer[] = [];
    socket.once('connect', () => socket.write(metadataRequest()));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const answer = Buffer.concat(chunks);
      // Length, correlation id, throttle time, then the number of brokers.
      if (answer.length >= 16) {
        socket.destroy();
        resolve(answer.readInt32BE(12));
      }
    });
    socket.once('timeout', () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed without an answer')));
  });
}

function metadataRequest(): Buffer {
  const body = Buffer.alloc(15);
  body.writeInt16BE(METADATA, 0);
  body.writeInt16BE(VERSION, 2);
  body.writeInt32BE(1, 4);
  // No client id, an empty list of topics, no automatic creation.
  body.writeInt16BE(-1, 8);
  body.writeInt32BE(0, 10);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
