/** A process of its own that loads one server over HTTP; prints one line of JSON at its end. */
import { parseSecret } from '@gemini-events/webhooks';
import { createRandom } from '../chaos/random.ts';
import { cpuSeconds, residentMib } from './cpu.ts';
import { openConnections } from './ingress/connections.ts';
import { prebuildRequests } from './ingress/deliveries.ts';

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly secret: string;
  /** Of the server: its CPU and memory are read in the very span that is measured. */
  readonly pid: number;
  readonly connections: number;
  readonly warmUpSeconds: number;
  /** The load ends after this span, or after so many requests, whichever comes first. */
  readonly seconds: number;
  readonly requests: number;
  readonly seed: number;
}

export interface LoadResult {
  readonly seconds: number;
  readonly accepted: number;
  readonly non2xx: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly cpuSeconds: number;
  readonly peakMib: number;
  /** At the begin, and after each quarter of the load. */
  readonly residentMib: readonly number[];
}

const PREBUILT = 150_000;
const REPEAT_SHARE = 0.2;
/** Steps of the histogram, and how many of them: up to 4 s. */
const STEP_MS = 0.02;
const STEPS = 200_000;
const QUARTERS = 4;

async function load(options: LoadOptions): Promise<LoadResult> {
  const { pid, seconds } = options;
  const parsed = parseSecret(options.secret);
  if (!parsed.ok) throw new Error(parsed.fault);
  const random = createRandom(options.seed);
  const { path } = options;
  const prebuilt = { count: PREBUILT, repeatShare: REPEAT_SHARE, path, key: parsed.key, random };
  const nextRequest = prebuildRequests(prebuilt);

  const histogram = new Uint32Array(STEPS);
  const statuses: Record<string, number> = {};
  const resident: number[] = [];
  let answered = 0;
  let maxMs = 0;
  let phase: 'warm-up' | 'measured' | 'over' = 'warm-up';
  let begin = { at: 0, cpu: 0 };
  let end = { at: 0, cpu: 0 };

  const progress = (): number =>
    Math.max(answered / options.requests, (performance.now() - begin.at) / (seconds * 1_000));
  const look = (): void => {
    if (phase !== 'measured') return;
    const done = progress();
    while (resident.length <= Math.min(done, 1) * QUARTERS) resident.push(residentMib(pid).now);
    if (done < 1) return;
    end = { at: performance.now(), cpu: cpuSeconds(pid) };
    phase = 'over';
  };
  setTimeout(() => {
    begin = { at: performance.now(), cpu: cpuSeconds(pid) };
    phase = 'measured';
  }, options.warmUpSeconds * 1_000);
  const looking = setInterval(look, 5);
  await openConnections({
    port: options.port,
    count: options.connections,
    next: () => (phase === 'over' ? null : nextRequest()),
    onAnswer(status, milliseconds) {
      if (phase !== 'measured') return;
      answered += 1;
      statuses[status] = (statuses[status] ?? 0) + 1;
      maxMs = Math.max(maxMs, milliseconds);
      const step = Math.min(Math.floor(milliseconds / STEP_MS), STEPS - 1);
      histogram[step] = (histogram[step] ?? 0) + 1;
    },
  });
  clearInterval(looking);

  const accepted = Object.entries(statuses).reduce(
    (sum, [status, count]) => (status.startsWith('2') ? sum + count : sum),
    0,
  );
  return {
    seconds: (end.at - begin.at) / 1_000,
    accepted,
    non2xx: answered - accepted,
    statuses,
    p50Ms: percentile(histogram, answered, 0.5),
    p99Ms: percentile(histogram, answered, 0.99),
    maxMs,
    cpuSeconds: end.cpu - begin.cpu,
    peakMib: residentMib(pid).peak,
    residentMib: resident,
  };
}

function percentile(histogram: Uint32Array, total: number, share: number): number {
  let seen = 0;
  const step = histogram.findIndex((count) => (seen += count) >= total * share);
  return (step + 1) * STEP_MS;
}

const result = await load(JSON.parse(process.argv[2] ?? '') as LoadOptions);
process.stdout.write(`${JSON.stringify(result)}\n`);
