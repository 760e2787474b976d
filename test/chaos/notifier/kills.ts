import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceProcess } from '../../kit/service.ts';
import { withStack } from '../../kit/with-stack.ts';
import { makeNotifyBed, type NotifyBed } from '../../notify/bed.ts';
import { type Receiver, startReceiver } from '../../notify/receiver.ts';
import { untilReady } from '../../results/bed.ts';
import { createRandom } from '../random.ts';
import { startSlack } from './slack.ts';

const LIMIT_MS = 240_000;
const ENDPOINTS = 5;
/** Of a hundred deliveries so many are refused at first. */
const FAILING = 10;

const rulesOf = (slack: string): string => `
slack:
  ops: { webhook_url: '${slack}/services/T/B/x', per_second: 50 }
rules:
  customers:
    when: { types: [batch] }
    webhooks: { owner: acme }
  ops:
    when: { types: [batch], metadata: { order: '*' } }
    slack: { channel: ops, text: '{{event_id}}' }
`;

/**
 * Two notifiers that are killed now and then while events come in: each event reaches each endpoint, a
 * repeat has the same webhook-id, and Slack has a message twice only where an attempt was cut off.
 */
export function runNotifierKills(options: {
  readonly seed: number;
  readonly events: number;
  readonly kills: number;
  readonly say: (line: string) => void;
}): Promise<readonly string[]> {
  const { events, kills, say } = options;
  const random = createRandom(options.seed);
  return withStack('chaos', async (stack, dir) => {
    const receiver = await startReceiver();
    const slack = await startSlack();
    receiver.answerWith((_request, response) => {
      response.writeHead(random.int(1, 100) <= FAILING ? 500 : 204).end();
    });
    const bed = await makeNotifyBed(stack, {
      dir,
      partitions: 'declared',
      rules: rulesOf(slack.origin),
      origins: [receiver.origin],
      env: { NOTIFIER_RETRY_DELAYS_MS: '200,500,1000,2000,4000,8000,8000,8000' },
    });
    try {
      const fleet = new Map<string, ServiceProcess>();
      for (const name of ['i1', 'i2']) fleet.set(name, await bed.start(name));
      for (let at = 0; at < ENDPOINTS; at += 1) {
        await bed.addEndpoint(`${receiver.origin}/${at}`);
      }
      const publishing = publishSlowly(bed, events);
      for (let kill = 1; kill <= kills; kill += 1) {
        await delay(random.int(1_000, 4_000));
        const name = random.pick(['i1', 'i2']);
        fleet.get(name)?.kill('SIGKILL');
        await fleet.get(name)?.exited;
        fleet.set(name, await bed.launch(name));
        say(`  kill -9 of ${name} at ${receiver.count()} deliveries`);
      }
      await publishing;
      await Promise.all([...fleet.values()].map(untilReady));
      await untilSettled(bed, events * ENDPOINTS + slackEvents(events), say);
      return await findFaults(bed, receiver, slack.texts, { events, say });
    } finally {
      await bed.close();
      await receiver.close();
      await slack.close();
    }
  });
}

/** One event in ten is told in Slack too. */
const SLACK_EVERY = 10;
const slackEvents = (events: number): number => Math.ceil(events / SLACK_EVERY);

async function publishSlowly(bed: NotifyBed, events: number): Promise<void> {
  const portion = 50;
  for (let at = 0; at < events; at += portion) {
    const size = Math.min(portion, events - at);
    await bed.publish(
      Array.from({ length: size }, (_, i) => ({
        id: `e${at + i}`,
        resource: `batches/${(at + i) % 200}`,
        ...((at + i) % SLACK_EVERY === 0 ? { order: at + i } : {}),
      })),
    );
    await delay(250);
  }
}

async function untilSettled(
  bed: NotifyBed,
  count: number,
  say: (line: string) => void,
): Promise<void> {
  const endsAt = Date.now() + LIMIT_MS;
  for (;;) {
    const states = await bed.states();
    if ((states['delivered'] ?? 0) + (states['failed'] ?? 0) >= count) return;
    if (Date.now() > endsAt) throw new Error(`${JSON.stringify(states)} of ${count}`);
    say(`  ${JSON.stringify(states)} of ${count}`);
    await delay(3_000);
  }
}

async function findFaults(
  bed: NotifyBed,
  { received }: Receiver,
  texts: readonly string[],
  { events, say }: { readonly events: number; readonly say: (line: string) => void },
): Promise<readonly string[]> {
  const faults: string[] = [];
  const idsOf = new Map<string, Set<string>>();
  for (const { path, id, body } of received) {
    const { data } = JSON.parse(body) as { data: { event_id: string } };
    const place = `${path} ${data.event_id}`;
    idsOf.set(place, (idsOf.get(place) ?? new Set()).add(id));
  }
  const changed = [...idsOf.values()].filter(({ size }) => size > 1).length;
  if (idsOf.size !== events * ENDPOINTS) faults.push(`${idsOf.size} of ${events * ENDPOINTS}`);
  if (changed > 0) faults.push(`${changed} came with two webhook-ids`);
  const failed = (await bed.states())['failed'] ?? 0;
  if (failed > 0) faults.push(`${failed} were given up`);

  // An attempt that nobody lived to write down may have arrived.
  const { rows } = await bed.db.query<{ event: string; unclear: number }>(
    `select m.event_id as event, d.attempts - count(a.number)::int as unclear
     from gemini_events.notify_deliveries d join gemini_events.notify_messages m on m.id = d.message
       left join gemini_events.notify_attempts a on a.delivery = d.id
     where d.lane = 'slack:ops' group by d.id, m.event_id`,
  );
  const posted = Map.groupBy(texts, (text) => text);
  let twice = 0;
  for (const { event, unclear } of rows) {
    const count = posted.get(event)?.length ?? 0;
    if (count > 1) twice += 1;
    if (count === 0) faults.push(`Slack was not told of ${event}`);
    if (count > 1 + unclear) faults.push(`Slack was told ${count} times of ${event}`);
  }
  if (rows.length !== slackEvents(events)) faults.push(`${rows.length} messages for Slack`);
  const { rows: cut } = await bed.db.query<{ count: number }>(
    `select coalesce(sum(d.attempts), 0)::int - (select count(*)::int from gemini_events.notify_attempts) as count
     from gemini_events.notify_deliveries d`,
  );
  say(
    `  ${received.length} requests for ${events * ENDPOINTS} deliveries, ${cut[0]?.count} attempts cut off, ${rows.length} Slack messages, ${twice} of them twice`,
  );
  return faults;
}
