import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@gemini-events/service';
import { parseSecret, signV1 } from '@gemini-events/webhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSources } from './open-sources.ts';

const OLD = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const NEW = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;

describe('the sources of a process', () => {
  let dir: string;
  let told: string[];
  const ends: (() => void)[] = [];
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'gemini-events-sources-'));
    told = [];
  });
  afterEach(() => {
    for (const end of ends.splice(0)) end();
    rmSync(dir, { recursive: true });
  });

  const open = (more: { file?: string; secrets?: readonly Secret[] }) => {
    const opened = openSources({
      file: more.file,
      secrets: more.secrets ?? [],
      stateDir: dir,
      maxFailedChecks: 100,
      events: {
        sourcesLoaded: (names) => told.push(`loaded ${names.join()}`),
        sourcesRefused: (faults) => told.push(`refused ${faults.join()}`),
        jwks: () => ({ refreshed: () => undefined, failed: () => undefined }),
      },
    });
    ends.push(opened.stop);
    return opened;
  };
  const inFile = (text: string): string => {
    const file = join(dir, 'sources.yaml');
    writeFileSync(file, text);
    return file;
  };
  /** Whether the source `default` takes what was signed with a secret. */
  const takes = (opened: ReturnType<typeof open>, secret: string): boolean => {
    const parsed = parseSecret(secret);
    if (!parsed.ok) throw new Error(parsed.fault);
    const content = { webhookId: 'm', timestamp: '1', rawBody: Buffer.from('{}') };
    const signature = signV1(parsed.key, content);
    const headers = { id: 'm', timestamp: '1', signature, traceparent: '' };
    const source = opened.current().get('default');
    const { rawBody } = content;
    const verified = source?.verify({ headers, rawBody, address: '', nowSeconds: 1 });
    return verified !== undefined && 'proof' in verified;
  };

  it('are the one of the environment where there is no file', () => {
    const opened = open({ secrets: [new Secret(OLD)] });
    expect([...opened.current().keys()]).toEqual(['default']);
    expect([takes(opened, OLD), takes(opened, NEW)]).toEqual([true, false]);
  });

  it('change with the file on SIGHUP: first both secrets are good, then the new one alone', () => {
    const file = inFile(`sources: { default: { secrets: [${OLD}] } }`);
    const opened = open({ file });
    inFile(`sources: { default: { secrets: [${NEW}, ${OLD}] } }`);
    process.emit('SIGHUP', 'SIGHUP');
    expect([takes(opened, OLD), takes(opened, NEW)]).toEqual([true, true]);
    inFile(`sources: { default: { secrets: [${NEW}] } }`);
    process.emit('SIGHUP', 'SIGHUP');
    expect([takes(opened, OLD), takes(opened, NEW)]).toEqual([false, true]);
  });

  it('stay when the file breaks, which is told once and shows no secret', () => {
    const file = inFile(`sources: { default: { secrets: [${OLD}] } }`);
    const opened = open({ file });
    inFile(`sources: { default: { secrets: [${NEW}`);
    for (let time = 0; time < 3; time += 1) process.emit('SIGHUP', 'SIGHUP');
    expect([takes(opened, OLD), takes(opened, NEW)]).toEqual([true, false]);
    expect(told).toEqual([
      'loaded default',
      expect.stringMatching(/^refused is not YAML: look at line 1$/),
    ]);
  });

  it('are refused at the start with all faults of the file', () => {
    const file = inFile('sources: { a: {}, b: { labels: 7 } }');
    expect(() => open({ file })).toThrow(
      /SOURCES_FILE has faults\n.*sources\.a: .*\n.*sources\.b/s,
    );
  });
});
