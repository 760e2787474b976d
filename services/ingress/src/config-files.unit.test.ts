import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@gemini-events/service';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ingressConfig } from './config.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const read = (more: Readonly<Record<string, string>>) =>
  readConfig(ingressConfig, {
    KAFKA_BROKERS: 'localhost:9092',
    SCHEMA_REGISTRY_URL: 'http://localhost:8081',
    ...more,
  });
const faults = (more: Readonly<Record<string, string>>): readonly string[] => {
  const result = read(more);
  return result.ok ? [] : result.faults;
};

describe('files that the configuration of the ingress names', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'gemini-events-config-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const sourcesFile = (text: string): string => {
    const file = join(dir, 'sources.yaml');
    writeFileSync(file, text);
    return file;
  };

  it('take the place of the secrets in the environment', () => {
    const SOURCES_FILE = sourcesFile(`sources: { default: { secrets: [${SECRET}] } }`);
    expect(faults({ SOURCES_FILE })).toEqual([]);
    expect(faults({ SOURCES_FILE, GEMINI_WEBHOOK_SECRETS: SECRET })).toEqual([
      'GEMINI_WEBHOOK_SECRETS: and SOURCES_FILE are both set; keep one of them',
    ]);
    expect(faults({})).toEqual([expect.stringMatching(/^GEMINI_WEBHOOK_SECRETS: is required/)]);
  });

  it('are looked into: all their faults stand beside those of the environment', () => {
    const found = faults({
      SOURCES_FILE: sourcesFile(
        'sources: { a: {}, b: { dynamic: { jwks_url: "http://x", schemes: [jwt] } } }',
      ),
      INGRESS_PORT: 'x',
    });
    expect(found.map((each) => each.replace(/:( sources\.[\w.]+)?.*/s, '$1')).sort()).toEqual([
      'INGRESS_PORT',
      'SOURCES_FILE sources.a',
      'SOURCES_FILE sources.b.dynamic.audience',
    ]);
  });

  it('show nothing that they hold when the configuration is printed', () => {
    const result = read({
      SOURCES_FILE: sourcesFile(`sources: { default: { secrets: [${SECRET}] } }`),
    });
    expect(result.ok).toBe(true);
    expect(JSON.stringify(result)).not.toContain(SECRET.slice(6, 20));
  });

  it('of TLS go together and must be usable', () => {
    const GEMINI_WEBHOOK_SECRETS = SECRET;
    const one = { GEMINI_WEBHOOK_SECRETS, INGRESS_TLS_CERT_FILE: join(dir, 'a.crt') };
    expect(faults(one)).toEqual(['INGRESS_TLS_CERT_FILE: and INGRESS_TLS_KEY_FILE go together']);
    expect(faults({ ...one, INGRESS_TLS_KEY_FILE: join(dir, 'a.key') })).toEqual([
      expect.stringMatching(/^INGRESS_TLS_CERT_FILE: and INGRESS_TLS_KEY_FILE cannot be used: /),
    ]);
  });
});

describe('trusted proxies', () => {
  const GEMINI_WEBHOOK_SECRETS = SECRET;
  it('are addresses and ranges, and are printed as they were given', () => {
    const result = read({
      GEMINI_WEBHOOK_SECRETS,
      INGRESS_TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8,192.0.2.1',
    });
    const proxies = result.ok ? result.config.INGRESS_TRUSTED_PROXIES : null;
    expect(JSON.stringify(proxies)).toBe('["10.0.0.0/8","fd00::/8","192.0.2.1"]');
    expect(
      ['10.9.9.9', 'fd12::1', '192.0.2.1', '192.0.2.2'].map((a) => proxies?.includes(a)),
    ).toEqual([true, true, true, false]);
  });

  it('are none unless told, and anything else is a fault', () => {
    const result = read({ GEMINI_WEBHOOK_SECRETS });
    expect(result.ok && result.config.INGRESS_TRUSTED_PROXIES.includes('127.0.0.1')).toBe(false);
    expect(faults({ GEMINI_WEBHOOK_SECRETS, INGRESS_TRUSTED_PROXIES: 'proxy.local' })).toEqual([
      'INGRESS_TRUSTED_PROXIES: must be addresses or CIDR ranges, separated by commas',
    ]);
  });
});

it('the number of failed checks is a whole number above zero', () => {
  const GEMINI_WEBHOOK_SECRETS = SECRET;
  const result = read({ GEMINI_WEBHOOK_SECRETS });
  expect(result.ok && result.config.INGRESS_MAX_FAILED_CHECKS).toBe(100);
  for (const text of ['0', '-1', '1.5', 'many']) {
    expect(faults({ GEMINI_WEBHOOK_SECRETS, INGRESS_MAX_FAILED_CHECKS: text })).toHaveLength(1);
  }
});
