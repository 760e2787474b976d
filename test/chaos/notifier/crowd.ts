import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '@gemini-events/stack';
import { withStack } from '../../kit/with-stack.ts';
import { makeNotifyBed, type NotifyBed } from '../../notify/bed.ts';
import { type Receiver, startReceiver } from '../../notify/receiver.ts';

/** Of 200 endpoints; four owners have fifty each. */
const CROWD = { dead: 20, slow: 20, erring: 10, throttling: 10, gone: 1, healthy: 139 };
const OWNERS = ['a', 'b', 'c', 'd'];
const PER_OWNER = 50;
const SLOW_MS = 30_000;
const EVENTS_PER_SECOND = 2;
/** More than a run takes: what failed twice is not tried a third time meanwhile. */
const DELAYS_MS = '5000,300000';
/** "as if alone", within a fifth. */
const SLOWER = 1.2;

const RULES = `
rules:
${OWNERS.map((owner) => `  to-${owner}: { when: { types: [batch] }, webhooks: { owner: ${owner} } }`).join('\n')}
`;

type Kind = keyof typeof CROWD;

/**
 * 139 healthy endpoints first alone, then beside dead, slow, erring, throttling and gone ones: their
 * delay stays, and the others get no more requests than their schedule has.
 */
export function runNotifierCrowd(options: {
  readonly seconds: number;
  readonly say: (line: string) => void;
}): Promise<readonly string[]> {
  const { seconds, say } = options;
  return withStack('chaos', async (stack, dir) => {
    const kinds: readonly Kind[] = ['healthy', 'slow', 'erring', 'throttling', 'gone'];
    const receivers = new Map<Kind, Receiver>();
    for (const kind of kinds) receivers.set(kind, await startReceiver());
    const dead = `http://127.0.0.1:${await findFreePort()}`;
    const bed = await makeNotifyBed(stack, {
      dir,
      partitions: 'declared',
      rules: RULES,
      origins: [dead, ...[...receivers.values()].map(({ origin }) => origin)],
      env: { NOTIFIER_RETRY_DELAYS_MS: DELAYS_MS },
    });
    try {
      await bed.start('crowd');
      const lanes = await addCrowd(bed, receivers, dead);
      say('  200 endpoints');
      await setOthers(bed, lanes, 'disabled');
      const healthy = receivers.get('healthy') as Receiver;
      const alone = await run(bed, healthy, seconds, 'alone');
      say(`  alone: p50 ${alone.p50} ms, p99 ${alone.p99} ms`);
      receivers.get('slow')?.answerWith((_request, response) => {
        setTimeout(() => response.writeHead(204).end(), SLOW_MS).unref();
      });
      receivers.get('erring')?.answerWith((_, response) => response.writeHead(500).end());
      receivers
        .get('throttling')
        ?.answerWith((_, response) => response.writeHead(429, { 'retry-after': '5' }).end());
      receivers.get('gone')?.answerWith((_, response) => response.writeHead(410).end());
      await setOthers(bed, lanes, 'active');
      const crowd = await run(bed, healthy, seconds, 'crowd');
      say(`  in the crowd: p50 ${crowd.p50} ms, p99 ${crowd.p99} ms`);
      const faults: string[] = [];
      if (crowd.p99 > alone.p99 * SLOWER) {
        faults.push(`p99 of the healthy rose from ${alone.p99} to ${crowd.p99} ms`);
      }
      faults.push(...(await scheduleFaults(bed, lanes, say)));
      const gone = receivers.get('gone')?.received.length;
      if (gone !== 1) faults.push(`the one that is gone got ${gone} requests`);
      return faults;
    } finally {
      await bed.close();
      await Promise.all([...receivers.values()].map((each) => each.close()));
    }
  });
}

async function addCrowd(
  bed: NotifyBed,
  receivers: ReadonlyMap<Kind, Receiver>,
  dead: string,
): Promise<ReadonlyMap<string, Kind>> {
  const kinds = Object.entries(CROWD).flatMap(([kind, count]) =>
    Array.from({ length: count }, () => kind as Kind),
  );
  const ids = await bed.addMany(
    kinds.map((kind, at) => ({
      owner: OWNERS[at % OWNERS.length] ?? '',
      url: `${kind === 'dead' ? dead : receivers.get(kind)?.origin}/${kind}/${at}`,
    })),
  );
  const lanes = new Map(ids.map((id, at) => [id, kinds[at] ?? 'healthy'] as const));
  if (lanes.size !== OWNERS.length * PER_OWNER) throw new Error(`${lanes.size} endpoints`);
  return lanes;
}

async function setOthers(
  bed: NotifyBed,
  lanes: ReadonlyMap<string, Kind>,
  state: 'active' | 'disabled',
): Promise<void> {
  const others = [...lanes].flatMap(([id, kind]) => (kind === 'healthy' ? [] : [id]));
  await bed.db.query(
    `update gemini_events.notify_endpoints set state = $2 where id = any($1::text[])`,
    [others, state],
  );
}

/** Publishes at a steady rate; the delay is from an event's publication to its arrival. */
async function run(
  bed: NotifyBed,
  healthy: Receiver,
  seconds: number,
  name: string,
): Promise<{ readonly p50: number; readonly p99: number }> {
  const times = new Map<string, number>();
  // The first ones open connections and compile code.
  const warmUp = 10;
  // The notice of an endpoint that was switched off is no event.
  const arrived = () => healthy.received.filter(({ body }) => body.includes(`"${name}-`));
  const count = warmUp + seconds * EVENTS_PER_SECOND;
  for (let at = 0; at < count; at += 1) {
    const id = `${name}-${at}`;
    times.set(id, Date.now());
    await bed.publish([{ id, resource: `batches/${at}` }]);
    await delay(1_000 / EVENTS_PER_SECOND);
  }
  const endsAt = Date.now() + 60_000;
  while (arrived().length < count * CROWD.healthy) {
    if (Date.now() > endsAt) throw new Error(`${arrived().length} have arrived`);
    await delay(1_000);
  }
  const delays = arrived().flatMap(({ body, at }) => {
    const { data } = JSON.parse(body) as { data: { event_id: string } };
    const number = Number(data.event_id.slice(name.length + 1));
    return number < warmUp ? [] : [at - (times.get(data.event_id) ?? 0)];
  });
  delays.sort((a, b) => a - b);
  const quantile = (part: number): number => delays[Math.floor(delays.length * part)] ?? 0;
  return { p50: quantile(0.5), p99: quantile(0.99) };
}

/** No delivery is tried sooner or more often than its schedule says; a lane that fails is spared. */
async function scheduleFaults(
  bed: NotifyBed,
  lanes: ReadonlyMap<string, Kind>,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const { rows } = await bed.db.query<{
    lane: string;
    deliveries: number;
    attempts: number;
    most: number;
    gap: number | null;
  }>(
    `with tries as (
       select d.lane, d.id, a.started_at,
         a.started_at - lag(a.started_at) over (partition by d.id order by a.number) as gap
       from gemini_events.notify_deliveries d join gemini_events.notify_attempts a on a.delivery = d.id
     ), counts as (
       select lane, id, count(*)::int as tried, extract(epoch from min(gap))::float8 as gap
       from tries group by lane, id
     )
     select d.lane, count(*)::int as deliveries, coalesce(sum(c.tried), 0)::int as attempts,
       coalesce(max(c.tried), 0)::int as most, min(c.gap) as gap
     from gemini_events.notify_deliveries d left join counts c on c.id = d.id group by d.lane`,
  );
  for (const [kind, ofKind] of Map.groupBy(rows, ({ lane }) => lanes.get(lane) ?? 'healthy')) {
    const deliveries = ofKind.reduce((sum, each) => sum + each.deliveries, 0);
    const attempts = ofKind.reduce((sum, each) => sum + each.attempts, 0);
    say(`  ${kind}: ${attempts} requests for ${deliveries} deliveries`);
    const most = Math.max(...ofKind.map((each) => each.most));
    const gap = Math.min(...ofKind.map((each) => each.gap ?? Number.POSITIVE_INFINITY));
    if (most > 2) faults.push(`${kind}: a delivery was tried ${most} times`);
    if (gap < 4) faults.push(`${kind}: tried again after ${gap} s`);
    if (kind !== 'healthy' && attempts > deliveries * 2) faults.push(`${kind}: ${attempts}`);
  }
  return faults;
}
