import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { chunksOf } from './chunks-of.ts';

/** A body that gives what is pushed. */
const openBody = (): Readable => new Readable({ read: () => undefined });
const bytes = (...texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text));

describe('the chunks of a body', () => {
  it('come one by one as they were read, though several had piled up', async () => {
    const body = openBody();
    const pushed = bytes('a', 'bc', 'def');
    for (const chunk of pushed) body.push(chunk);
    body.push(null);
    const chunks = await Array.fromAsync(chunksOf(body));
    expect(chunks).toHaveLength(3);
    // The same ones: nothing was copied.
    chunks.forEach((chunk, at) => expect(chunk).toBe(pushed[at]));
  });

  it('come one by one as well where they pile up while one is looked at', async () => {
    const body = openBody();
    const chunks = chunksOf(body);
    body.push('a');
    expect(String((await chunks.next()).value)).toBe('a');
    for (const more of ['b', 'c', 'd']) body.push(more);
    body.push(null);
    expect((await Array.fromAsync(chunks)).map(String)).toEqual(['b', 'c', 'd']);
  });

  it('are waited for', async () => {
    const body = openBody();
    const chunks = chunksOf(body);
    const first = chunks.next();
    body.push('late');
    expect(String((await first).value)).toBe('late');
    const end = chunks.next();
    body.push(null);
    expect(await end).toEqual({ value: undefined, done: true });
  });

  it('are not read ahead: one at most has left the body while none is asked for', async () => {
    let reads = 0;
    const body = new Readable({
      highWaterMark: 1,
      read() {
        reads += 1;
        this.push(reads > 100 ? null : Buffer.from('x'));
      },
    });
    const chunks = chunksOf(body);
    for (let asked = 1; asked <= 5; asked += 1) {
      await chunks.next();
      expect(body.isPaused()).toBe(true);
      // One more is in the body itself.
      expect(reads).toBeLessThanOrEqual(asked + 1);
    }
    await chunks.return();
  });

  it('end with an empty body at once', async () => {
    expect(await Array.fromAsync(chunksOf(Readable.from([])))).toEqual([]);
  });

  it('end where the body ended before anybody asked', async () => {
    const body = openBody();
    body.resume().push(null);
    await new Promise((resolve) => body.once('close', resolve));
    expect(await Array.fromAsync(chunksOf(body))).toEqual([]);
  });

  it('reject with the error of the body, after the chunk before it', async () => {
    const body = openBody();
    const chunks = chunksOf(body);
    body.push('a');
    expect(String((await chunks.next()).value)).toBe('a');
    const failed = chunks.next();
    body.destroy(new Error('reset'));
    await expect(failed).rejects.toThrow('reset');
    expect(await chunks.next()).toEqual({ value: undefined, done: true });
  });

  it('reject too where the body failed while a chunk was looked at', async () => {
    const body = openBody();
    const chunks = chunksOf(body);
    body.push('a');
    await chunks.next();
    const closed = new Promise((resolve) => body.once('close', resolve));
    body.destroy(new Error('reset'));
    await closed;
    await expect(chunks.next()).rejects.toThrow('reset');
  });

  it.each([
    ['while the next one is waited for', true],
    ['while one is looked at', false],
  ])(
    'do not take a body that is destroyed without an error, %s, for a whole one',
    async (_, isAwaited) => {
      const body = openBody();
      const chunks = chunksOf(body);
      body.push('a');
      await chunks.next();
      const closed = new Promise((resolve) => body.once('close', resolve));
      const awaited = isAwaited ? chunks.next() : null;
      awaited?.catch(() => undefined);
      body.destroy();
      await closed;
      await expect(awaited ?? chunks.next()).rejects.toMatchObject({
        code: 'ERR_STREAM_PREMATURE_CLOSE',
      });
    },
  );

  it('let go of the body where the reader stops early', async () => {
    const body = openBody();
    for (const chunk of bytes('a', 'b')) body.push(chunk);
    for await (const chunk of chunksOf(body)) {
      expect(String(chunk)).toBe('a');
      break;
    }
    expect(body.destroyed).toBe(true);
  });

  it('let go of it where the reader fails', async () => {
    const body = openBody();
    body.push('a');
    const reading = (async () => {
      for await (const chunk of chunksOf(body)) throw new Error(`no room for ${String(chunk)}`);
    })();
    await expect(reading).rejects.toThrow('no room for a');
    expect(body.destroyed).toBe(true);
  });
});
