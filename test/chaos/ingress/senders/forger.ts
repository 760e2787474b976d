/** Forged deliveries at a steady rate over kept raw connections, all kinds in turns. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export interface ForgerOptions {
  readonly port: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
}

export interface ForgerResult {
  readonly sent: number;
  readonly seconds: number;
  readonly statuses: Readonly<Record<string, number>>;
}

const VARIANTS = 5_000;
/** More than this unanswered on one connection would be pipelining. */
const TICK_MS = 2;

function forge(at: number, now: number): Buffer {
  const body = JSON.stringify({
    type: 'batch.succeeded',
    version: 'v1',
    data: { id: `batches/forged-${at}`, output_file_uri: `files/batch-forged-${at}` },
  });
  const jwtHead = Buffer.from(`{"alg":"RS256","kid":"r1"}`).toString('base64url');
  const jwtClaims = Buffer.from(`{"aud":"chaos","exp":${now + 300}}`).toString('base64url');
  const signature = [
    `v1,${randomBytes(32).toString('base64')}`,
    `v1a,${randomBytes(64).toString('base64')}`,
    `v1,${randomBytes(32).toString('base64')} v1,${randomBytes(32).toString('base64')}`,
    `${jwtHead}.${jwtClaims}.${randomBytes(256).toString('base64url')}`,
    'nonsense',
  ][at % 5];
  const timestamp = at % 10 === 9 ? now - 4_000 : now;
  return Buffer.from(
    `POST /webhooks/gemini HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\nwebhook-id: msg_${at}_${randomBytes(4).toString('hex')}\r\nwebhook-timestamp: ${timestamp}\r\nwebhook-signature: ${signature}\r\n\r\n${body}`,
    'latin1',
  );
}

async function run(options: ForgerOptions): Promise<ForgerResult> {
  const { port, perSecond, seconds, connections } = options;
  const now = Math.floor(Date.now() / 1_000);
  const requests = Array.from({ length: VARIANTS }, (_, at) => forge(at, now));
  const statuses: Record<string, number> = {};
  const idle: Socket[] = [];
  let sent = 0;
  const open = (): void => {
    let received = '';
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      .on('connect', () => idle.push(socket))
      .on('data', (chunk) => {
        received += chunk.toString('latin1');
        const end = received.indexOf('\r\n\r\n');
        if (end === -1) return;
        const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
        if (received.length < end + 4 + length) return;
        const status = received.slice(9, 12);
        statuses[status] = (statuses[status] ?? 0) + 1;
        received = '';
        idle.push(socket);
      })
      .on('error', () => undefined)
      .on('close', () => {
        statuses['closed'] = (statuses['closed'] ?? 0) + 1;
        const at = idle.indexOf(socket);
        if (at !== -1) idle.splice(at, 1);
        if (!isOver) open();
      });
  };
  let isOver = false;
  for (let at = 0; at < connections; at += 1) open();
  const beganAt = performance.now();
  const elapsed = (): number => (performance.now() - beganAt) / 1_000;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (elapsed() >= seconds) {
        clearInterval(timer);
        resolve();
        return;
      }
      const due = Math.floor(elapsed() * perSecond);
      while (sent < due) {
        const socket = idle.pop();
        if (socket === undefined) break;
        socket.write(requests[sent % VARIANTS] as Buffer);
        sent += 1;
      }
    }, TICK_MS);
  });
  isOver = true;
  return { sent, seconds: elapsed(), statuses };
}

const result = await run(JSON.parse(process.argv[2] ?? '') as ForgerOptions);
process.stdout.write(JSON.stringify(result), () => process.exit(0));
