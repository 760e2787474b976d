import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { parseSecret, signV1 } from '@gemini-events/webhooks';
import { residentMib } from '../../bench/cpu.ts';
import type { Bed } from './bed.ts';
import { percentileMs, startGenuine, statusesOf } from './genuine.ts';
import { type RawOutcome, rawRequest } from './raw-request.ts';
import type { SlowResult } from './senders/slow.ts';
import { startSender } from './senders/start.ts';

const GENUINE_PER_SECOND = 100;
const SLOW_CONNECTIONS = 5_000;
const SLOW_LIMIT_SECONDS = 60;
const MAX_MIB = 300;
const GIB = 2 ** 30;
const LIMIT_MS = 45_000;

/** Requests that no sender of webhooks makes, beside genuine ones. @returns what was wrong */
export async function abuse(bed: Bed, say: (line: string) => void): Promise<string[]> {
  const { url, secret, port } = bed;
  const faults: string[] = [];
  const load = startGenuine({ url, secret, perSecond: GENUINE_PER_SECOND, run: 'abuse' });
  await delay(2_000);

  const slow = startSender<SlowResult>('./slow.ts', {
    port,
    connections: SLOW_CONNECTIONS,
    seconds: SLOW_LIMIT_SECONDS,
    everySeconds: 3,
  });
  for (const [kind, count] of Object.entries(await slow.result)) {
    say(`  ${kind}: ${JSON.stringify(count)}`);
    if (count.opened === 0 || count.stillOpen > 0) {
      faults.push(`${kind}: ${count.stillOpen} of ${count.opened} connections were never closed`);
    }
  }
  for (const [what, attempt] of Object.entries(attempts(bed))) {
    const outcome = await attempt.send();
    const { statuses, isClosed, sentBytes, seconds } = outcome;
    const counts = Object.entries(Object.groupBy(statuses, String)).map(
      ([status, all]) => `${status} × ${all?.length}`,
    );
    say(
      `  ${what}: ${counts.join(', ') || 'no answer'}${isClosed ? ', closed' : ''} after ${seconds.toFixed(1)} s, ${sentBytes} bytes taken`,
    );
    if (statuses.length === 0 && !isClosed) faults.push(`${what}: neither answered nor closed`);
    const wrong = statuses.filter((status) => !attempt.allowed.includes(status));
    if (wrong.length > 0) faults.push(`${what}: answered ${wrong[0]}`);
  }
  await load.stop();
  const memory = residentMib(bed.ingress().pid);
  say(
    `  genuine meanwhile: p99 ${percentileMs(load.answers, 0.99).toFixed(1)} ms, ${JSON.stringify(statusesOf(load.answers))}`,
  );
  say(`  resident ${Math.round(memory.now)} MiB, at most ${Math.round(memory.peak)} MiB`);
  const others = load.answers.filter(({ status }) => status !== 202);
  if (others.length > 0) {
    faults.push(`genuine ones were answered ${JSON.stringify(statusesOf(others))}`);
  }
  if (memory.peak > MAX_MIB) faults.push(`resident memory came to ${Math.round(memory.peak)} MiB`);
  return faults;
}

interface Attempt {
  readonly allowed: readonly number[];
  readonly send: () => Promise<RawOutcome>;
}

function attempts({ port, secret }: Bed): Readonly<Record<string, Attempt>> {
  const parsed = parseSecret(secret);
  if (!parsed.ok) throw new Error(parsed.fault);
  const { key } = parsed;
  const head = (...lines: readonly string[]): Buffer =>
    Buffer.from(['POST /webhooks/gemini HTTP/1.1', ...lines, '', ''].join('\r\n'), 'latin1');
  const signed = (webhookId: string, rawBody: Buffer): string[] => {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = signV1(key, { webhookId, timestamp, rawBody });
    return [
      'Host: x',
      `webhook-id: ${webhookId}`,
      `webhook-timestamp: ${timestamp}`,
      `webhook-signature: ${signature}`,
    ];
  };
  const one = (allowed: readonly number[], ...parts: readonly Buffer[]): Attempt => ({
    allowed,
    send: () => rawRequest(port, parts, { answers: 1, limitMs: LIMIT_MS }),
  });
  const body = Buffer.from('{"type":"batch.failed","data":{"id":"batches/abuse"}}');
  const whole = (webhookId: string, ...more: readonly string[]): Buffer =>
    Buffer.concat([
      head(...signed(webhookId, body), ...more, `Content-Length: ${body.length}`),
      body,
    ]);
  const zipped = gzipSync(Buffer.alloc(64 * 1024 * 1024, 'x'));
  const gibOf = (first: Buffer): Attempt => ({
    allowed: [413],
    send: () => rawRequest(port, chunks(first), { answers: 1, limitMs: LIMIT_MS }),
  });
  const headers = signed('msg_gib', body);
  return {
    '1 GiB chunked': gibOf(head(...headers, 'Transfer-Encoding: chunked')),
    '1 GiB announced': one([413], head(...headers, `Content-Length: ${GIB}`)),
    'a header of 100 KB': one([431], head('Host: x', `X-Long: ${'x'.repeat(100_000)}`)),
    '5,000 headers': one(
      [431, 400],
      head('Host: x', ...Array.from({ length: 5_000 }, (_, at) => `X-${at}: y`)),
    ),
    'two Host headers': one([400], whole('msg_hosts', 'Host: y')),
    // The first one counts; the rest is another request, which nobody signed.
    'two lengths': one([400, 401], whole('msg_lengths', 'Content-Length: 0')),
    'a length and chunks': one([400], whole('msg_both', 'Transfer-Encoding: chunked')),
    'a second signature header that is wrong': one(
      [202],
      whole('msg_two', 'Webhook-Signature: v1,x'),
    ),
    'a body of gzip, rightly signed': one(
      [202],
      head(
        ...signed('msg_gzip', zipped),
        'Content-Encoding: gzip',
        `Content-Length: ${zipped.length}`,
      ),
      zipped,
    ),
    '1,000 requests in one write': {
      allowed: [202],
      send: () =>
        rawRequest(
          port,
          [Buffer.concat(Array.from({ length: 1_000 }, (_, at) => whole(`msg_pipe_${at}`)))],
          { answers: 1_000, limitMs: LIMIT_MS },
        ),
    },
    'no HTTP': one([400, 505], Buffer.from('\u0016\u0003\u0001 hello\r\n\r\n')),
  };
}

/** A body of 1 GiB in chunks of 64 KiB. */
function* chunks(first: Buffer): Generator<Buffer> {
  yield first;
  const size = 64 * 1024;
  const chunk = Buffer.concat([
    Buffer.from(`${size.toString(16)}\r\n`),
    Buffer.alloc(size, 'x'),
    Buffer.from('\r\n'),
  ]);
  for (let sent = 0; sent < GIB; sent += size) yield chunk;
  yield Buffer.from('0\r\n\r\n');
}
