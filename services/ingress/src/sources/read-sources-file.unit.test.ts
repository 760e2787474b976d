import { describe, expect, it, vi } from 'vitest';
import { readSourcesFile } from './read-sources-file.ts';

const ONE = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const TWO = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const OWNER = 'an-owner-key-of-at-least-32-letters';

/** Reads a sources file out of files in memory. */
function read(text: string, others: Readonly<Record<string, string>> = {}) {
  const files: Readonly<Record<string, string>> = { '/etc/app/sources.yaml': text, ...others };
  return readSourcesFile('/etc/app/sources.yaml', (path) => {
    const found = files[path];
    if (found === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
    return found;
  });
}
const faultsOf = (text: string, others = {}): readonly string[] => {
  const reading = read(text, others);
  return reading.ok ? [] : reading.faults;
};

describe('the sources file', () => {
  it('gives static and dynamic sources, with secrets and keys out of other files beside it', () => {
    const reading = read(
      `
sources:
  default:
    secrets: [${ONE}]
    secrets_file: secrets.txt
    labels: { team: search }
  tenant-a:
    dynamic: { jwks_url: http://127.0.0.1:1/jwks.json }
    owner_key_file: /run/owner
`,
      { '/etc/app/secrets.txt': `# newest first\n${TWO}\n\n`, '/run/owner': `${OWNER}\n` },
    );
    expect(reading.ok && reading.sources).toMatchObject([
      { name: 'default', labels: { team: 'search' }, dynamic: null, ownerKey: null },
      { name: 'tenant-a', secrets: [], ownerKey: OWNER, dynamic: { schemes: ['v1a'] } },
    ]);
    expect(reading.ok && reading.sources[0]?.secrets).toHaveLength(2);
  });

  it('is another one when a file that it names has changed', () => {
    const text = 'sources: { default: { secrets_file: s } }';
    const before = read(text, { '/etc/app/s': ONE });
    const after = read(text, { '/etc/app/s': `${ONE}\n${TWO}` });
    expect(before.ok && after.ok && before.fingerprint !== after.fingerprint).toBe(true);
  });

  it('tells all faults at once, with their places', () => {
    const found = faultsOf(`
sources:
  Default: { secrets: [${ONE}] }
  a: {}
  b: { secrets: [${ONE}], extra: 1 }
  c: { dynamic: { jwks_url: "ftp://x" } }
  d: { dynamic: { jwks_url: "https://x", schemes: [jwt] } }
  e: { dynamic: { jwks_url: "https://x" }, owner_key: short }
`);
    const text = found.join('\n');
    for (const place of [
      'Default',
      'sources.a',
      'sources.b',
      'sources.c.dynamic.jwks_url',
      'sources.d.dynamic.audience',
      'sources.e.owner_key',
    ]) {
      expect(text).toContain(place);
    }
  });

  it('never shows a secret in a fault', () => {
    const wrong = 'v1,whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0';
    for (const text of [
      `sources: { default: { secrets: ["${wrong}"] } }`,
      `sources: { default: { secrets: "${wrong}" } }`,
      `sources:\n  default:\n   secrets: [${wrong}\n  x: : {`,
      `sources: { default: { secrets: [${ONE}], owner_key: "${wrong}" } }`,
      `sources: { default: { ${wrong}: 1 } }`,
      `sources: { default: { ${wrong.slice('v1,whsec_'.length)}: 1 } }`,
      `sources: { ${wrong.slice('v1,'.length)}: {} }`,
      `sources: { ${wrong.slice('v1,whsec_'.length)}: {} }`,
      `sources: { a: { dynamic: { jwks_url: "https://x:c2VjcmV0c2VjcmV0@h/" } } }`,
      `sources: { default: { secrets_file: list } }`,
      `sources: { a: { dynamic: { jwks_url: https://x }, owner_key_file: list } }`,
    ]) {
      const found = faultsOf(text, { '/etc/app/list': 'c2VjcmV0c2VjcmV0' });
      expect(found.length).toBeGreaterThan(0);
      expect(found.join('\n')).not.toContain('c2VjcmV0');
    }
  });

  it('never shows a secret in a warning of the parser either', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    try {
      expect(read(`sources: { default: { secrets: [!vault ${ONE}] } }`).ok).toBe(true);
      expect(warn).not.toHaveBeenCalled();
    } finally {
      warn.mockRestore();
    }
  });

  it('still names what was misspelt', () => {
    const [fault] = faultsOf(`sources: { default: { secret: [${ONE}] } }`);
    expect(fault).toBe('sources.default: Unrecognized key: "secret"');
  });

  it.each([
    ['secrets_file is empty', '{ a: { secrets_file: s } }', '\n# nothing yet\n', 'a.secrets_file'],
    [
      'secrets_file is empty beside a listed secret',
      `{ a: { secrets: [${ONE}], secrets_file: s } }`,
      '',
      'a.secrets_file',
    ],
    [
      'owner_key_file holds a short key',
      '{ a: { dynamic: { jwks_url: http://x }, owner_key_file: s } }',
      `${'k'.repeat(31)}\n`,
      'a.owner_key_file',
    ],
  ])('is refused when its %s: it may be half written', (_, sources, content, place) => {
    const found = faultsOf(`sources: ${sources}`, { '/etc/app/s': content });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`sources.${place}`);
  });

  it.each([
    ['is not there', () => readSourcesFile('/no/such/file')],
    ['is empty', () => read('')],
    ['names a file that is not there', () => read('sources: { a: { secrets_file: gone } }')],
    ['names no source', () => read('sources: {}')],
  ])('is refused when it %s', (_, reading) => {
    expect(reading().ok).toBe(false);
  });
});
