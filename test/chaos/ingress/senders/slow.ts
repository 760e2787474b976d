/** Connections that begin a request and never end it: silent ones, slow heads, slow bodies, in turns. */
import { connect } from 'node:net';

export interface SlowOptions {
  readonly port: number;
  readonly connections: number;
  /** All that is still open then is told as open. */
  readonly seconds: number;
  /** One byte of each connection. */
  readonly everySeconds: number;
}

interface SlowCount {
  readonly opened: number;
  readonly answered: number;
  /** Without an answer. */
  readonly closed: number;
  readonly stillOpen: number;
  readonly longestSeconds: number;
}

export type SlowResult = Readonly<Record<'silent' | 'slow head' | 'slow body', SlowCount>>;

const KINDS = ['silent', 'slow head', 'slow body'] as const;
const BEGIN = {
  silent: '',
  'slow head': 'POST /webhooks/gemini HTTP/1.1\r\nHost: x\r\nX-Slow: ',
  // The headers are in order, so that the body is waited for.
  'slow body': `POST /webhooks/gemini HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nwebhook-id: msg_slow\r\nwebhook-timestamp: ${Math.floor(Date.now() / 1_000)}\r\nwebhook-signature: v1,AAAA\r\n\r\n`,
};
const OPENED_PER_TICK = 50;
const TICK_MS = 20;

async function run(options: SlowOptions): Promise<SlowResult> {
  const { port, connections, seconds, everySeconds } = options;
  const counts = Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      { opened: 0, answered: 0, closed: 0, stillOpen: 0, longestSeconds: 0 },
    ]),
  ) as Record<(typeof KINDS)[number], { -readonly [Name in keyof SlowCount]: number }>;
  let ended = 0;
  const start = (kind: (typeof KINDS)[number]): void => {
    const count = counts[kind];
    let openedAt = 0;
    let answered = false;
    const socket = connect({ port, host: '127.0.0.1' })
      .on('connect', () => {
        openedAt = performance.now();
        count.opened += 1;
        count.stillOpen += 1;
        socket.write(BEGIN[kind]);
      })
      .on('data', () => (answered = true))
      .on('error', () => undefined)
      .on('close', () => {
        clearInterval(dribble);
        ended += 1;
        if (openedAt === 0) return;
        count[answered ? 'answered' : 'closed'] += 1;
        count.stillOpen -= 1;
        const seconds = (performance.now() - openedAt) / 1_000;
        count.longestSeconds = Math.max(count.longestSeconds, Math.round(seconds * 10) / 10);
      });
    const dribble =
      kind === 'silent'
        ? undefined
        : setInterval(() => socket.writable && socket.write('x'), everySeconds * 1_000);
  };
  let begun = 0;
  const endsAt = performance.now() + seconds * 1_000;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      for (let at = 0; at < OPENED_PER_TICK && begun < connections; at += 1) {
        start(KINDS[begun % KINDS.length] ?? 'silent');
        begun += 1;
      }
      if (ended < connections && performance.now() < endsAt) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  return counts;
}

const result = await run(JSON.parse(process.argv[2] ?? '') as SlowOptions);
process.stdout.write(JSON.stringify(result), () => process.exit(0));
