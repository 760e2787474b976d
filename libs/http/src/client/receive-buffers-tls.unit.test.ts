import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Download } from '../download/download.ts';
import { readWhole } from '../download/read-whole.ts';
import {
  areKept,
  countBuffers,
  download,
  expectSent,
  FILE,
  readGivingBack,
  SHA256,
} from '../testing/known-file.ts';
import { createDispatcher } from './create-dispatcher.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { giveBack } from './receive-buffers.ts';

const SHORT_BYTES = 60_000;
const signal = new AbortController().signal;

/** Node makes no certificates. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('buffers that sockets with TLS read into again', () => {
  const trusted = getCACertificates('default');
  let files: { readonly cert: string; readonly key: string };
  let server: Http2SecureServer;
  let origin: string;
  let client: HttpClient;
  /** Ports of the client's sockets. */
  let sockets: Set<number | undefined>;

  beforeAll(() => {
    const dir = mkdtempSync(join(tmpdir(), 'gemini-events-http-'));
    const [key, cert] = [join(dir, 'tls.key'), join(dir, 'tls.crt')];
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const names = ['-subj', '/CN=files.test', '-addext', 'subjectAltName=DNS:files.test'];
    execFileSync(
      'openssl',
      [...made, ...names, '-nodes', '-days', '1', '-keyout', key, '-out', cert],
      { stdio: 'ignore' },
    );
    files = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
    rmSync(dir, { recursive: true });
    // The connector that is used outside is tried, and that one takes no certificates.
    setDefaultCACertificates([...trusted, files.cert]);
  });
  afterAll(() => setDefaultCACertificates(trusted));

  beforeEach(async () => {
    sockets = new Set();
    const answer: RequestListener = ({ url, httpVersion, socket }, response) => {
      sockets.add(socket.remotePort);
      if (url === '/version') response.end(httpVersion);
      else if (url === '/short') response.end(FILE.subarray(0, SHORT_BYTES));
      else response.writeHead(200, { 'content-length': FILE.length }).end(FILE);
    };
    // It offers h2 by ALPN, and takes it where a client has both.
    server = createSecureServer({ ...files, allowHTTP1: true }, answer as never);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `https://files.test:${(server.address() as AddressInfo).port}`;
    const policy = { allowedHosts: [], ownOrigins: [origin] };
    const dispatcher = createDispatcher({
      policy,
      idleTimeoutMs: 5_000,
      connections: 1,
      resolve: (_, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
      isBulk: true,
    });
    client = createHttpClient({ policy, dispatcher, totalTimeoutMs: 20_000 });
  });
  afterEach(async () => {
    await client.close();
    server.close();
    await once(server, 'close');
  });

  const open = (path: string): Promise<Download> => download(client, `${origin}${path}`);

  it.each([
    ['fast', 0],
    ['slow', 3],
  ])('keep each chunk as it came until it is given back, for a %s reader', async (_, turns) => {
    expect(await readGivingBack(await open('/whole'), turns)).toBe(SHA256);
  });

  it('are few where all is given back', async () => {
    expect(await countBuffers(await open('/whole'))).toBeLessThanOrEqual(16);
  });

  it('are not read into again where nothing is given back', async () => {
    expect(await areKept(await open('/whole'))).toBe(true);
  });

  it('keep the end of an answer that is looked at later than the next one of its socket', async () => {
    const late = await open('/short');
    for await (const chunk of (await open('/whole')).body) giveBack(chunk);
    expect(await expectSent(late.body)).toBe(SHORT_BYTES);
    expect(sockets.size).toBe(1);
  });

  it('are filled by HTTP/1.1, though the server would speak HTTP/2', async () => {
    const answer = await client.open({ url: `${origin}/version`, signal });
    expect(String(await readWhole(answer, 10))).toBe('1.1');
  });
});
