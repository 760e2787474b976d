import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOPICS } from '@gemini-events/schemas';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ComposeService, documentedVariables, ROOT, readCompose } from './compose.ts';

const compose = readCompose({ POSTGRES_PASSWORD: 'x' });
const { services } = compose;
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

/** Services that the compose file has to run, by their folder; consumers of one's own need not be there. */
const FOLDERS = [
  'services/ingress',
  'services/dedup',
  'services/consumers/results',
  ...readdirSync(join(ROOT, 'services/consumers'))
    .filter((name) => name !== 'results' && name in services)
    .map((name) => `services/consumers/${name}`),
].filter((folder) => existsSync(join(ROOT, folder, 'src/main.ts')));
const cases = FOLDERS.map((folder) => [folder.slice(folder.lastIndexOf('/') + 1), folder] as const);

const named = (name: string): ComposeService => {
  const service = services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
};

describe('each service of the bridge in docker-compose.yml', () => {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const secretTexts: Readonly<Record<string, string>> = {
    gemini_webhook_secrets: `whsec_${Buffer.alloc(32, 1).toString('base64')}\n`,
    gemini_api_key: 'a-key\n',
    notifier_keys: `${Buffer.alloc(32, 1).toString('base64')}\n`,
  };

  /** The container's environment, with its mounted secrets as files of this machine. */
  const environmentOf = ({ environment, secrets = [] }: ComposeService) =>
    Object.fromEntries(
      Object.entries(environment).map(([name, value]) => {
        const secret = secrets.find((each) => value === `/run/secrets/${each}`);
        if (secret === undefined) return [name, String(value)];
        const path = join(folder, secret);
        writeFileSync(path, secretTexts[secret] ?? '');
        return [name, path];
      }),
    );

  it.each(cases)('%s is there and runs its own main.ts', (name, path) => {
    expect(named(name).command).toEqual(['node', `${path}/src/main.ts`]);
  });

  it.each(cases)('%s starts with exactly this environment', (name, path) => {
    const env = environmentOf(named(name));
    const main = `${path}/src/main.ts`;
    const child = spawnSync(process.execPath, [main, '--check-config'], {
      cwd: ROOT,
      env,
      encoding: 'utf8',
    });
    expect({ status: child.status, stderr: child.stderr }).toEqual({ status: 0, stderr: '' });
    // A whole process starts: on a busy machine that takes its time.
  });

  it.each(cases)('%s is given no variable that it does not know', (name) => {
    const known = documentedVariables(name);
    const given = Object.keys(named(name).environment).map((each) => each.replace(/_FILE$/, ''));
    expect(given.filter((each) => !known.has(each))).toEqual([]);
  });

  it.each(cases)('%s waits until topics and schemas are there', (name) => {
    expect(named(name).depends_on?.['setup']?.condition).toBe('service_completed_successfully');
  });

  it.each(cases)('%s has more time to stop than its drain takes', (name) => {
    const runner = readFileSync(join(ROOT, 'libs/service/src/run-service.ts'), 'utf8');
    const drainMs = Number(/DRAIN_LIMIT_MS = ([\d_]+)/.exec(runner)?.[1]?.replaceAll('_', ''));
    const graceMs = Number(/^(\d+)s$/.exec(named(name).stop_grace_period ?? '')?.[1]) * 1_000;
    expect(graceMs).toBeGreaterThan(drainMs);
  });

  it.each(cases)('%s is given its secrets as files only', (name) => {
    const { environment, secrets = [] } = named(name);
    const bySecret = Object.keys(environment).filter((each) => /SECRET|KEY|PASSWORD/.test(each));
    expect(bySecret.every((each) => each.endsWith('_FILE'))).toBe(true);
    expect(bySecret.map((each) => environment[each])).toEqual(
      secrets.map((secret) => `/run/secrets/${secret}`),
    );
  });
});

describe('the setup', () => {
  it('applies topics, then schemas, on servers that are up', () => {
    const { command = [], depends_on } = named('setup');
    expect(command.at(-1)).toMatch(/main\.ts topics apply && .*main\.ts schemas apply$/);
    expect(depends_on).toEqual({
      kafka: { condition: 'service_healthy' },
      registry: { condition: 'service_healthy' },
    });
  });

  it('is given no variable that its commands do not know', () => {
    const known = documentedVariables('gemini-events topics', 'gemini-events schemas');
    const given = Object.keys(named('setup').environment);
    expect(given.filter((each) => !known.has(each))).toEqual([]);
  });
});

describe('Kafka', () => {
  const { environment } = named('kafka');
  const setting = (name: string): string =>
    String(environment[`KAFKA_${name.toUpperCase().replaceAll('.', '_')}`]);

  it('makes no topic by itself: a declared one would get another partition count', () => {
    expect(setting('auto.create.topics.enable')).toBe('false');
    expect(TOPICS.some(({ fixedPartitions }) => fixedPartitions)).toBe(true);
  });

  it('takes the record of the largest body that the ingress lets in', () => {
    // The text itself, fields read out of it, key and subject, and headers with the signature.
    const largest = 2 * Number(named('ingress').environment['INGRESS_MAX_BODY_BYTES']) + 64 * 1_024;
    expect(Number(setting('message.max.bytes'))).toBeGreaterThan(largest);
    expect(TOPICS.filter(({ config }) => 'max.message.bytes' in config)).toEqual([]);
  });

  it('forgets no offset before the records that it counts', () => {
    // No group of ours reads the compacted ones: sync keeps its own place.
    const kept = TOPICS.filter(({ config }) => config['cleanup.policy'] === 'delete').map(
      ({ config }) => Number(config['retention.ms']),
    );
    expect(Number(setting('offsets.retention.minutes')) * 60_000).toBeGreaterThanOrEqual(
      Math.max(...kept),
    );
  });

  it('has one broker, and asks for no more replicas than that', () => {
    expect(setting('default.replication.factor')).toBe('1');
    expect(setting('min.insync.replicas')).toBe('1');
    expect(named('setup').environment['TOPIC_REPLICATION_FACTOR']).toBe('1');
  });
});

describe('the outside', () => {
  it('reaches the ingress alone, on loopback unless configured', () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => `${name} ${port}`),
    );
    expect(published).toEqual(['ingress 127.0.0.1:8080:8080']);
    const open = readCompose({ POSTGRES_PASSWORD: 'x', INGRESS_BIND: '0.0.0.0' });
    expect(open.services['ingress']?.ports).toEqual(['0.0.0.0:8080:8080']);
  });

  it('is cut off from the servers', () => {
    expect(compose.networks['backend']?.internal).toBe(true);
    for (const name of ['kafka', 'registry', 'postgres']) {
      expect(named(name).networks).toEqual(['backend']);
    }
  });

  it('gets no database without a password', () => {
    expect(() => readCompose({})).toThrow('POSTGRES_PASSWORD');
  });
});

describe('what is kept', () => {
  it('lies on named volumes, each of which is declared', () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(':', 1).join('')),
    );
    expect([...new Set(mounted)].sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('is where the programs write', () => {
    expect(named('kafka').volumes).toEqual([
      `kafka:${named('kafka').environment['KAFKA_LOG_DIRS']}`,
    ]);
    const results = String(named('results').environment['RESULTS_DIR']);
    expect(named('results').volumes).toEqual([`results:${results}`]);
    expect(dockerfile).toContain(`install -d -o node -g node ${results}`);
  });
});

describe('images', () => {
  it('are pinned to a version', () => {
    for (const { image } of Object.values(services)) expect(image).toMatch(/:\d+\.\d+[\w.]*$/);
  });

  it('of our own are one, built from this repository, not as root', () => {
    const own = Object.values(services).filter(({ build }) => build !== undefined);
    expect(own).toHaveLength(cases.length + 1);
    expect(new Set(own.map(({ image }) => image)).size).toBe(1);
    expect(dockerfile).toMatch(/^USER node$/m);
  });

  it('run the Node of the workspace on a system that is new enough', () => {
    const workspace = parse(readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8')) as {
      readonly catalog: Readonly<Record<string, string>>;
    };
    expect(dockerfile).toContain(`FROM node:${workspace.catalog['node']}-trixie-slim`);
  });

  it('of services are healthy when /readyz says so', () => {
    const check = /^HEALTHCHECK [\s\S]*?CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '';
    expect(JSON.parse(check)[2]).toContain('/readyz');
    for (const [name] of cases) {
      expect(named(name).healthcheck).toBeUndefined();
      expect(Number(named(name).environment['ADMIN_PORT'])).toBeGreaterThan(0);
    }
  });
});
