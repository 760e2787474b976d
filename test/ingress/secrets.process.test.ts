import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import { parseSecret, signToken, signV1 } from '@gemini-events/webhooks';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type IngressBed, openIngressBed } from '../kit/ingress-bed.ts';
import { type JwksServer, startJwksServer } from '../kit/jwks-server.ts';
import type { ServiceProcess } from '../kit/service.ts';

const MAIN = fileURLToPath(new URL('../../services/ingress/src/main.ts', import.meta.url));
const stack = inject('stack');
const AUDIENCE = 'https://hooks.example.test/webhooks/gemini/jobs';
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Everything that must not be seen, by what it is. */
const secrets = {
  listed: newSecret(),
  inFile: newSecret(),
  ownerKey: randomBytes(32).toString('base64'),
  saslPassword: randomBytes(18).toString('hex'),
  registryPassword: randomBytes(18).toString('hex'),
  token: signToken(
    rsa.privateKey,
    { aud: AUDIENCE, exp: Math.floor(Date.now() / 1_000) + 300 },
    { kid: 'r1' },
  ),
  forgedToken: signToken(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    { aud: AUDIENCE, exp: Math.floor(Date.now() / 1_000) + 300 },
    { kid: 'r1' },
  ),
};

/** Each secret in the spellings in which it could leak, and a good part of each. */
function spellings(): [string, string][] {
  return Object.entries(secrets).flatMap(([name, text]): [string, string][] => {
    const bare = text.replace(/^whsec_/, '');
    // A token's head and claims are the same for many; its signature is what makes it a credential.
    const core = name.endsWith('oken') ? (bare.split('.')[2] ?? '') : bare;
    const bytes = Buffer.from(core, 'base64');
    return [
      core.slice(0, 16),
      core.slice(-17, -1),
      bytes.toString('hex'),
      bytes.toString('base64url'),
    ].map((spelling) => [name, spelling]);
  });
}
const leaksIn = (text: string): string[] =>
  spellings().flatMap(([name, spelling]) => (text.includes(spelling) ? [name] : []));

/** Runs the ingress's main for as long as it takes to end by itself. */
function run(
  env: NodeJS.ProcessEnv,
  ...args: readonly string[]
): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, ...args],
      { env: { ...process.env, ...env } },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), text: out + err }),
    );
  });
}

describe('what the ingress shows of itself', () => {
  let bed: IngressBed;
  let jwks: JwksServer;
  let service: ServiceProcess;
  let file: string;
  const answers: string[] = [];
  const sourcesFile = (more = ''): string => `
sources:
  default: { secrets: [${secrets.listed}], secrets_file: secrets.txt }
  jobs:
    dynamic: { jwks_url: "${jwks.url}", schemes: [v1a, jwt], audience: "${AUDIENCE}" }
    owner_key: ${secrets.ownerKey}
${more}`;

  beforeAll(async () => {
    bed = await openIngressBed('secrets', stack);
    jwks = await startJwksServer([{ kid: 'r1', key: rsa.publicKey }]);
    file = join(bed.dir, 'sources.yaml');
    writeFileSync(join(bed.dir, 'secrets.txt'), `${secrets.inFile}\n`);
    writeFileSync(file, sourcesFile());
    service = await bed.start({ SOURCES_FILE: file, LOG_LEVEL: 'trace' });
  });
  afterAll(async () => {
    jwks.close();
    await bed?.close();
  });

  const send = async (path: string, webhookId: string, signature: string, body = '{}') => {
    const headers = {
      'webhook-id': webhookId,
      'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
      'webhook-signature': signature,
    };
    const answer = await fetch(`${bed.url}${path}`, { method: 'POST', headers, body });
    answers.push(`${JSON.stringify([...answer.headers])} ${await answer.text()}`);
    return answer.status;
  };
  const reloads = (line: string): Promise<void> =>
    vi.waitFor(async () => {
      service.kill('SIGHUP');
      expect(await service.metrics()).toContain(line);
    }, 5_000);

  it('tells the search of this test from a search that finds nothing', () => {
    for (const [name, secret] of Object.entries(secrets))
      expect(leaksIn(`… ${secret}`)).toContain(name);
    expect(leaksIn(bed.url)).toEqual([]);
  });

  it('holds no secret in logs, answers and metrics, whatever is sent and however the file breaks', async () => {
    const body = '{"type":"batch.failed","data":{"id":"b"}}';
    const parsed = parseSecret(secrets.inFile);
    if (!parsed.ok) throw new Error(parsed.fault);
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signed = { webhookId: 'msg_1', timestamp, rawBody: Buffer.from(body) };
    expect(await send('', 'msg_1', signV1(parsed.key, signed), body)).toBe(202);
    await expect.poll(() => send('/jobs', 'msg_2', secrets.token, body)).toBe(202);
    expect(await send('/jobs', 'msg_3', secrets.token, '{"other":"body"}')).toBe(202);
    expect(await send('/jobs', 'msg_4', secrets.forgedToken, body)).toBe(401);
    // A secret by mistake in each place of a delivery.
    expect(await send('', secrets.listed, `v1,${secrets.listed}`)).toBe(401);
    expect(await send(`/${secrets.listed}`, 'msg_5', secrets.listed)).toBe(404);

    writeFileSync(file, sourcesFile(`  broken: { secrets: ["v1,${secrets.listed}"] }`));
    await reloads('outcome="refused"} 1');
    writeFileSync(file, sourcesFile(`  ${secrets.ownerKey}: { owner_key: [${secrets.ownerKey}] }`));
    await reloads('outcome="refused"} 2');
    writeFileSync(file, sourcesFile(`  x: {{ ${secrets.listed}`));
    await reloads('outcome="refused"} 3');
    jwks.mode = 'rubbish';
    writeFileSync(file, sourcesFile().replace('/jwks.json', '/other.json'));
    await reloads('outcome="loaded"} 2');
    await expect.poll(() => bed.log()).toContain('cannot be refreshed');

    const log = await bed.log();
    const metrics = await service.metrics();
    const ready = await (await fetch(`${service.adminUrl}/readyz`)).text();
    expect(log).toContain('the sources file has faults');
    expect(metrics).toContain('scheme="jwt"');
    expect(answers.length).toBeGreaterThanOrEqual(6);
    expect(leaksIn([log, metrics, ready, ...answers].join('\n'))).toEqual([]);
  });

  it('keeps of a token its digest alone on the topic', async () => {
    const kafka = createKafkaJs({ clientId: 'test', brokers: stack.kafkaBrokers.split(',') });
    const consumer = kafka.consumer({ groupId: bed.topic });
    await consumer.connect();
    await consumer.subscribe({ topic: bed.topic, fromBeginning: true });
    const records: string[] = [];
    await consumer.run({
      eachMessage({ message }) {
        const headers = Object.entries(message.headers ?? {}).map((each) => each.join('='));
        records.push([headers.join(), message.key, message.value?.toString('latin1')].join(' '));
        return Promise.resolve();
      },
    });
    await vi.waitFor(() => expect(records.join()).toContain('token_reused'), 20_000);
    await consumer.disconnect();
    expect(records.join()).toMatch(/webhook-signature=sha256,[0-9a-f]{64}/);
    expect(leaksIn(records.join())).toEqual([]);
  });

  it('holds no secret where its configuration is printed, checked or refused', async () => {
    const env = {
      ...bed.env,
      KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
      KAFKA_SASL_MECHANISM: 'PLAIN',
      KAFKA_SASL_USERNAME: 'ingress',
      KAFKA_SASL_PASSWORD: secrets.saslPassword,
      SCHEMA_REGISTRY_USERNAME: 'ingress',
      SCHEMA_REGISTRY_PASSWORD: secrets.registryPassword,
    };
    writeFileSync(file, sourcesFile());
    const listed = { ...env, GEMINI_WEBHOOK_SECRETS: `${secrets.listed},${secrets.inFile}` };
    const good = [
      await run(listed, '--print-config'),
      await run({ ...env, SOURCES_FILE: file }, '--print-config'),
      await run({ ...env, SOURCES_FILE: file }, '--check-config'),
    ];
    expect(good.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(good[0]?.text).toContain('[redacted]');
    writeFileSync(file, sourcesFile(`  ${secrets.listed}: { secrets: ${secrets.listed} }`));
    const bad = [
      await run({ ...listed, GEMINI_WEBHOOK_SECRETS: `v1,${secrets.listed} "${secrets.inFile}"` }),
      await run({ ...env, SOURCES_FILE: file }),
      await run({ ...listed, SOURCES_FILE: file, INGRESS_PORT: 'x' }, '--check-config'),
    ];
    expect(bad.map(({ code }) => code)).toEqual([78, 78, 78]);
    expect(leaksIn([...good, ...bad].map(({ text }) => text).join('\n'))).toEqual([]);
  });
});
