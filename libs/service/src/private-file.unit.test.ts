import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPrivateFile } from './private-file.ts';

describe('a private file', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'gemini-events-private-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('gives back what was put there last, and leaves nothing else behind', async () => {
    const path = join(dir, 'state', 'keys.json');
    await createPrivateFile(path).save({ keys: [1] });
    await createPrivateFile(path).save({ keys: [2] });
    expect(await createPrivateFile(path).load()).toEqual({ keys: [2] });
    expect(readdirSync(join(dir, 'state'))).toEqual(['keys.json']);
  });

  it('is for its user alone: who can write it decides who is genuine', async () => {
    const path = join(dir, 'state', 'keys.json');
    await createPrivateFile(path).save({});
    expect(statSync(join(dir, 'state')).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('fails where nothing is, or no JSON', async () => {
    const path = join(dir, 'keys.json');
    await expect(createPrivateFile(path).load()).rejects.toThrow('ENOENT');
    writeFileSync(path, '{"keys":');
    await expect(createPrivateFile(path).load()).rejects.toThrow(SyntaxError);
  });
});
