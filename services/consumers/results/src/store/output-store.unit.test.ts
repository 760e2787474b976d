import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOutputStore, type OutputStore } from './output-store.ts';

const id = { source: 'default', job: 'batches/../../etc/passwd', type: 'batch.succeeded' };
const contentType = 'application/jsonl';

describe('the output store', () => {
  let root = '';
  let store: OutputStore;
  const open = () => createOutputStore({ root, instance: '..', now: () => 42 });
  const filesIn = async (folder: string): Promise<string[]> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  };

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'results-'));
    store = open();
  });
  afterEach(() => rm(root, { recursive: true }));

  it('keeps bytes, length and SHA-256, under the folder whatever the id says', async () => {
    const body = Buffer.from('{"key":"k1"}\n');
    const sha256 = createHash('sha256').update(body).digest('hex');
    const content = { body: Readable.from([body]), length: body.length, contentType };
    const stored = await store.put(id, 'msg_1', content);
    expect(stored).toMatchObject({
      eventId: 'msg_1',
      sizeBytes: body.length,
      sha256,
      storedAt: 42,
    });
    const path = fileURLToPath(stored.uri);
    expect(path.startsWith(`${root}/`)).toBe(true);
    expect(await readFile(path)).toEqual(body);
    expect(await open().find(id)).toMatchObject(stored);
    expect(await store.find({ ...id, source: 'other' })).toBeNull();
  });

  it('shows nothing while a download runs', async () => {
    const body = new Readable({ read: () => undefined });
    body.push('half');
    const storing = store.put(id, 'msg_1', { body, length: null, contentType });
    await vi.waitFor(async () => expect(await filesIn(join(root, '.parts'))).toHaveLength(1));
    expect(await store.find(id)).toBeNull();
    expect((await readdir(root)).filter((name) => name !== '.parts')).toEqual([]);
    body.push(null);
    await storing;
    expect(await filesIn(join(root, '.parts'))).toEqual([]);
    expect(await store.find(id)).toMatchObject({ sizeBytes: 4 });
  });

  it('keeps nothing of a download that is shorter or longer than announced, or breaks off', async () => {
    const short = { body: Readable.from([Buffer.from('ab')]), length: 3, contentType };
    await expect(store.put(id, 'm', short)).rejects.toMatchObject({ code: 'ERR_RESULT_LENGTH' });
    const long = { body: Readable.from([Buffer.from('abcd')]), length: 3, contentType };
    await expect(store.put(id, 'm', long)).rejects.toMatchObject({ code: 'ERR_RESULT_LENGTH' });
    const torn = async function* () {
      yield Buffer.from('ab');
      throw new Error('connection reset');
    };
    const broken = { body: Readable.from(torn()), length: 3, contentType };
    await expect(store.put(id, 'm', broken)).rejects.toMatchObject({
      code: 'ERR_GEMINI_UNAVAILABLE',
    });
    expect(await store.find(id)).toBeNull();
    expect(await filesIn(root)).toEqual([]);
  });

  it('says that the disk failed, and lets go of the download', async () => {
    await writeFile(join(root, '.parts'), 'in the way');
    const inTheWay = createOutputStore({
      root: join(root, '.parts'),
      instance: 'i',
      now: Date.now,
    });
    const body = Readable.from([Buffer.from('ab')]);
    await expect(inTheWay.put(id, 'm', { body, length: 2, contentType })).rejects.toMatchObject({
      code: 'ERR_RESULT_STORE',
    });
    expect(body.destroyed).toBe(true);
  });

  it('remembers what was announced', async () => {
    const body = Readable.from([Buffer.from('ab')]);
    await store.put(id, 'm', { body, length: 2, contentType });
    expect(await store.isAnnounced(id)).toBe(false);
    await store.markAnnounced(id);
    expect(await open().isAnnounced(id)).toBe(true);
  });

  it('removes what a former life left unfinished, of this instance only', async () => {
    const body = new Readable({ read: () => undefined });
    body.push('half');
    const storing = store.put(id, 'm', { body, length: null, contentType });
    await vi.waitFor(async () => expect(await filesIn(root)).toHaveLength(1));
    const other = join(root, '.parts', 'other');
    await mkdir(other);
    await writeFile(join(other, 'x'), '');
    await open().put({ ...id, job: 'batches/2' }, 'm', {
      body: Readable.from([Buffer.from('ab')]),
      length: 2,
      contentType,
    });
    expect(await filesIn(join(root, '.parts'))).toEqual(['x']);
    body.destroy();
    await expect(storing).rejects.toMatchObject({ code: 'ERR_GEMINI_UNAVAILABLE' });
  });
});
