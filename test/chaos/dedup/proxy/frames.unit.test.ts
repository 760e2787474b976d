import { expect, it } from 'vitest';
import {
  createFrameSplitter,
  readCorrelationId,
  readEndTxnError,
  readRequestHeader,
} from './frames.ts';
import { frame, request } from './testing/frames.ts';

const three = [frame(Buffer.from('one')), frame(Buffer.alloc(300, 7)), frame(Buffer.alloc(0))];

/** A stream in chunks of a size. */
function chunksOf(stream: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < stream.length; at += size) chunks.push(stream.subarray(at, at + size));
  return chunks;
}

it.each([1, 2, 3, 4, 5, 7, 64, 1_000])('frames are the same in chunks of %i bytes', (size) => {
  const split = createFrameSplitter();
  expect(chunksOf(Buffer.concat(three), size).flatMap(split)).toEqual(three);
});

it('a chunk with the end of one request and the begin of another gives the first', () => {
  const split = createFrameSplitter();
  const [one = Buffer.alloc(0), two = Buffer.alloc(0)] = three;
  expect(split(one.subarray(0, 2))).toEqual([]);
  expect(split(Buffer.concat([one.subarray(2), two.subarray(0, 100)]))).toEqual([one]);
  expect(split(two.subarray(100))).toEqual([two]);
});

it('the header of a request is read, with and without a client id', () => {
  const header = { apiKey: 26, apiVersion: 3, correlationId: 77, clientId: 'chaos.dedup-1' };
  expect(readRequestHeader(request(header))).toEqual(header);
  expect(readRequestHeader(request({ ...header, clientId: null }))).toEqual({
    ...header,
    clientId: '',
  });
});

it.each([
  [1, [0, 0, 0, 0]],
  [3, [0, 0, 0, 0, 0]],
])('the error code of an answer to EndTxn version %i is read', (version, before) => {
  const correlation = [0, 0, 0, 77];
  const answer = frame(Buffer.from([...correlation, ...before, 0, 90]));
  expect(readCorrelationId(answer)).toBe(77);
  expect(readEndTxnError(answer, version)).toBe(90);
});
