import { createCipheriv, createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'vitest';
import type { HttpClient } from '../client/http-client.ts';
import { giveBack } from '../client/receive-buffers.ts';
import { type Download, startDownload } from '../download/download.ts';

/** No part of it is like another one. */
export const FILE = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(
  Buffer.alloc(8 * 1024 * 1024),
);
export const SHA256 = createHash('sha256').update(FILE).digest('hex');
const signal = new AbortController().signal;

/** Downloads it or the beginning of it. */
export async function download(client: HttpClient, url: string): Promise<Download> {
  const call = () => client.open({ url, signal });
  return startDownload(await call(), call, {
    signal,
    maxBytes: FILE.length,
    // Nothing breaks here, and what is read again would hide what was overwritten.
    onResume: (_, error) => {
      throw error;
    },
  });
}

/** Not by `toEqual`, which would look at each byte by itself. */
export function expectBytes(chunk: Buffer, at: number): void {
  const isAsSent = chunk.equals(FILE.subarray(at, at + chunk.length));
  expect(isAsSent, `bytes ${at} to ${at + chunk.length}`).toBe(true);
}

/** @returns how many bytes there are, all as they were sent */
export async function expectSent(body: Download['body']): Promise<number> {
  let at = 0;
  for await (const chunk of body) {
    expectBytes(chunk, at);
    at += chunk.length;
  }
  return at;
}

/**
 * Reads the whole file, and expects each chunk unchanged until it is given back some turns later.
 * @returns its SHA-256
 */
export async function readGivingBack(given: Download, turns: number): Promise<string> {
  let at = 0;
  for await (const chunk of given.body) {
    expectBytes(chunk, at);
    for (let left = turns; left > 0; left -= 1) await turn();
    expectBytes(chunk, at);
    at += chunk.length;
    giveBack(chunk);
  }
  expect(at).toBe(FILE.length);
  return given.sha256();
}

/** Gives all back. @returns how many buffers there were */
export async function countBuffers({ body }: Download): Promise<number> {
  const buffers = new Set<ArrayBufferLike>();
  for await (const chunk of body) {
    buffers.add(chunk.buffer);
    giveBack(chunk);
  }
  return buffers.size;
}

/** Keeps all chunks and uses each. @returns whether none was overwritten */
export async function areKept(
  { body }: Download,
  use: (chunk: Buffer) => void = () => undefined,
): Promise<boolean> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) {
    use(chunk);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).equals(FILE);
}
