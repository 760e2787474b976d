import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PIECE_BYTES } from './aligned-pieces.ts';
import { createFileWriter } from './file-writer.ts';

const dir = mkdtempSync(join(tmpdir(), 'file-writer-'));
afterAll(() => rmSync(dir, { recursive: true }));

let files = 0;
const newPath = (): string => join(dir, String((files += 1)));

/** Bytes that differ from piece to piece. */
function bytesOf(length: number): Buffer {
  const seed = createHash('sha512').update(String(length)).digest();
  const bytes = Buffer.alloc(length, seed);
  for (let at = 0; at < length; at += 4_099) bytes.writeUInt8((at / 4_099) % 256, at);
  return bytes;
}

/** Handles for direct writes that do this. */
function directly(write: () => Promise<never>) {
  const state = { opened: 0, closed: 0 };
  const direct = async () => {
    state.opened += 1;
    const close = async () => {
      state.closed += 1;
    };
    return { write, close } as never;
  };
  return { direct, state };
}

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

async function writeOddly(
  writer: Awaited<ReturnType<typeof createFileWriter>>,
  bytes: Buffer,
): Promise<void> {
  const chunk = Buffer.alloc(99_991);
  for (let at = 0; at < bytes.length; at += chunk.length) {
    const copied = bytes.copy(chunk, 0, at);
    await writer.write(chunk.subarray(0, copied));
    chunk.fill(0xff);
  }
}

describe('a file that grows', () => {
  it.each([0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 7 * PIECE_BYTES + 12_345])(
    'has its %d bytes, in their order',
    async (length) => {
      const bytes = bytesOf(length);
      const path = newPath();
      const writer = await createFileWriter(path);
      await writeOddly(writer, bytes);
      await writer.finish();
      expect((await readFile(path)).equals(bytes)).toBe(true);
    },
  );

  it('keeps apart what is written to several at the same time, one of them given up', async () => {
    const all = [5, 6, 7].map((pieces) => bytesOf(pieces * PIECE_BYTES + pieces));
    const paths = all.map(newPath);
    const writers = await Promise.all(paths.map((path) => createFileWriter(path)));
    await Promise.all(
      writers.map(async (writer, at) => {
        await writeOddly(writer, all[at] ?? Buffer.alloc(0));
        await (at === 1 ? writer.discard() : writer.finish());
      }),
    );
    expect(existsSync(paths[1] ?? '')).toBe(false);
    for (const at of [0, 2]) {
      const found = await readFile(paths[at] ?? '');
      expect(found.equals(all[at] ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it.each([
    ['cannot be opened for direct writes', async () => null],
    ['wants direct writes of another kind', directly(failing('EINVAL')).direct],
    ['has none after all', directly(failing('EOPNOTSUPP')).direct],
  ])('is whole too where it %s', async (_, direct) => {
    const bytes = bytesOf(4 * PIECE_BYTES + 7);
    const path = newPath();
    const writer = await createFileWriter(path, direct);
    await writeOddly(writer, bytes);
    await writer.finish();
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it('says that the disk is full, and leaves nothing then', async () => {
    const { direct, state } = directly(failing('ENOSPC'));
    const path = newPath();
    const writer = await createFileWriter(path, direct);
    const write = async () => {
      await writeOddly(writer, bytesOf(2 * PIECE_BYTES));
      await writer.finish();
    };
    await expect(write()).rejects.toMatchObject({ code: 'ENOSPC' });
    await writer.discard();
    expect(existsSync(path)).toBe(false);
    expect(state).toEqual({ opened: 1, closed: 1 });
  });

  it('does not replace a file that is there', async () => {
    const path = newPath();
    await (await open(path, 'w')).close();
    await expect(createFileWriter(path)).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
