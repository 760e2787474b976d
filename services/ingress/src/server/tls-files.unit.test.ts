import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTlsFiles, type TlsFiles } from './tls-files.ts';

/** Node makes no certificates. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('the files of TLS', () => {
  let dir: string;
  const make = (name: string, ...more: readonly string[]): TlsFiles => {
    const files = { certFile: join(dir, `${name}.crt`), keyFile: join(dir, `${name}.key`) };
    execFileSync(
      'openssl',
      // biome-ignore format: pairs
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-days', '1',
        '-subj', '/CN=localhost', '-keyout', files.keyFile, '-out', files.certFile, ...more],
      { stdio: 'ignore' },
    );
    return files;
  };
  let good: TlsFiles;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'gemini-events-tls-'));
    good = make('good', '-nodes');
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('that belong together have no fault', () => {
    expect(checkTlsFiles(good)).toBeNull();
  });

  it.each([
    ['is not there', () => ({ ...good, keyFile: join(dir, 'nothing.key') }), 'ENOENT'],
    [
      'belongs to another certificate',
      () => ({ ...good, keyFile: make('other', '-nodes').keyFile }),
      'mismatch',
    ],
    ['wants a password', () => make('locked', '-passout', 'pass:x1y2'), ''],
    [
      'is no key',
      () => {
        writeFileSync(join(dir, 'text.key'), 'not a key, but s3cr3t');
        return { ...good, keyFile: join(dir, 'text.key') };
      },
      '',
    ],
  ])('have a fault when the key %s, and the fault shows nothing of it', (_, files, said) => {
    const fault = checkTlsFiles(files());
    expect(fault).toMatch(/^cannot be used: ./);
    expect(fault).toContain(said);
    expect(fault).not.toContain('s3cr3t');
  });
});
