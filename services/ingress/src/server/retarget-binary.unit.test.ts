import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheCopy } from './load-uws.ts';
import { retargetBinary } from './retarget-binary.ts';

const packageFolder = dirname(createRequire(import.meta.url).resolve('uWebSockets.js'));
const realBinary = (arch: string): Buffer =>
  readFileSync(join(packageFolder, `uws_linux_${arch}_137.node`));

describe.each(['x64', 'arm64'])('the retargeted copy of the real binary for %s', (arch) => {
  const source = realBinary(arch);
  const copy = retargetBinary(source);

  it('differs in a few bytes of the symbol and version tables only', () => {
    expect(copy).toHaveLength(source.length);
    const changed = source.reduce((sum, byte, i) => sum + (byte === copy?.[i] ? 0 : 1), 0);
    expect(changed).toBeGreaterThanOrEqual(5);
    expect(changed).toBeLessThanOrEqual(25);
  });

  it('needs no second change: no symbol of the new version is left', () => {
    const again = copy === null ? null : retargetBinary(copy);
    expect(again === null || again.equals(copy ?? Buffer.alloc(0))).toBe(true);
  });

  it('leaves the source alone', () => {
    expect(source.equals(realBinary(arch))).toBe(true);
  });
});

describe('retargetBinary', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('#!/bin/sh\n'.repeat(20))],
    [
      'a binary for another system',
      Buffer.concat([Buffer.from('cffaedfe', 'hex'), Buffer.alloc(200)]),
    ],
    ['a 32-bit library', Buffer.concat([Buffer.from('7f454c460101', 'hex'), Buffer.alloc(200)])],
  ])('changes nothing in %s', (_what, bytes) => {
    expect(retargetBinary(bytes)).toBeNull();
  });
});

describe('the cache of the copy', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'uws-cache-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const source = Buffer.from('source');
  const copy = Buffer.from('copy');

  it('writes it once and leaves nothing else behind', () => {
    const path = cacheCopy(source, copy, join(folder, 'new'));
    expect(cacheCopy(source, copy, join(folder, 'new'))).toBe(path);
    expect(readFileSync(path).equals(copy)).toBe(true);
    expect(readdirSync(join(folder, 'new'))).toHaveLength(1);
  });

  it('replaces a file that does not hold what its name says', () => {
    const path = cacheCopy(source, copy, folder);
    writeFileSync(path, 'something else');
    expect(cacheCopy(source, copy, folder)).toBe(path);
    expect(readFileSync(path).equals(copy)).toBe(true);
  });

  it('gives another source or another copy another name', () => {
    const paths = [
      cacheCopy(source, copy, folder),
      cacheCopy(Buffer.from('newer'), copy, folder),
      cacheCopy(source, Buffer.from('other'), folder),
    ];
    expect(new Set(paths).size).toBe(3);
  });
});
