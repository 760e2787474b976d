import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createSecretKey, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signV1 } from '@gemini-events/webhooks';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type IngressBed, openIngressBed } from '../kit/ingress-bed.ts';

const MAIN = fileURLToPath(new URL('../../services/ingress/src/main.ts', import.meta.url));
const stack = inject('stack');
const bytes = randomBytes(32);
const GEMINI_WEBHOOK_SECRETS = `whsec_${bytes.toString('base64')}`;

/** Node makes no certificates. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('an ingress with a certificate', () => {
  let bed: IngressBed;
  let files: { readonly INGRESS_TLS_CERT_FILE: string; readonly INGRESS_TLS_KEY_FILE: string };
  beforeAll(async () => {
    bed = await openIngressBed('tls', stack);
    files = {
      INGRESS_TLS_CERT_FILE: join(bed.dir, 'tls.crt'),
      INGRESS_TLS_KEY_FILE: join(bed.dir, 'tls.key'),
    };
    const { INGRESS_TLS_CERT_FILE: cert, INGRESS_TLS_KEY_FILE: key } = files;
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1'];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', [...made, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  });
  afterAll(() => bed?.close());

  it('takes deliveries by HTTPS with it, and none by HTTP', async () => {
    const service = await bed.start({ ...files, GEMINI_WEBHOOK_SECRETS });
    const url = bed.url.replace('http://127.0.0.1', 'https://localhost');
    const webhookId = 'msg_tls';
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const rawBody = Buffer.from('{"type":"batch.failed","data":{"id":"batches/1"}}');
    const options = {
      method: 'POST' as const,
      body: rawBody,
      headers: {
        'webhook-id': webhookId,
        'webhook-timestamp': timestamp,
        'webhook-signature': signV1(createSecretKey(bytes), { webhookId, timestamp, rawBody }),
      },
    };
    const ca = readFileSync(files.INGRESS_TLS_CERT_FILE, 'utf8');
    const trusting = new Agent({ connect: { ca } });
    const answer = await request(url, { ...options, dispatcher: trusting });
    await answer.body.dump();
    await trusting.close();
    expect(answer.statusCode).toBe(202);
    await expect(request(url, options)).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    await expect(request(bed.url, options)).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
    service.kill('SIGTERM');
    expect(await service.exited).toBe(0);
  });

  it('does not start with files that it cannot use: exit 78, and nothing of the key is shown', async () => {
    const INGRESS_TLS_KEY_FILE = join(bed.dir, 'broken.key');
    const key = readFileSync(files.INGRESS_TLS_KEY_FILE, 'utf8');
    writeFileSync(INGRESS_TLS_KEY_FILE, key.slice(0, 400));
    const env = { ...bed.env, ...files, INGRESS_TLS_KEY_FILE, GEMINI_WEBHOOK_SECRETS };
    const ended = await new Promise<{ code: unknown; text: string }>((resolve) => {
      execFile(process.execPath, [MAIN], { env: { ...process.env, ...env } }, (error, out, err) =>
        resolve({ code: error?.code, text: out + err }),
      );
    });
    expect(ended.code).toBe(78);
    expect(ended.text).toContain('INGRESS_TLS_CERT_FILE: and INGRESS_TLS_KEY_FILE cannot be used');
    expect(ended.text).not.toContain(key.slice(100, 120));
  });
});
