import { Secret } from '@gemini-events/service';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { slackLane } from '../slack/slack-lane.ts';
import { makeDelivererBed } from '../testing/deliverer-bed.ts';
import { type FakeSlack, startFakeSlack } from '../testing/fake-slack.ts';

const within = { timeout: 20_000, interval: 20 };
const lane = slackLane('ops');

let slack: FakeSlack;
let bed: Awaited<ReturnType<typeof makeDelivererBed>>;

async function begin(perSecond: number): Promise<void> {
  slack = await startFakeSlack({ perSecond });
  bed = await makeDelivererBed(inject('stack').databaseUrl, [slack.origin]);
  bed.channels.set('ops', {
    name: 'ops',
    way: { kind: 'bot', token: new Secret('xoxb-test'), channel: 'C1' },
    perSecond,
  });
}

const told = (id: string, thread: string | null = null) =>
  bed.message(id, {
    owner: '',
    lane,
    thread,
    body: JSON.stringify({
      text: id,
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: id } }],
    }),
  });

describe('messages for a Slack channel', () => {
  beforeEach(() => begin(50));
  afterEach(async () => {
    await bed.close();
    await slack.close();
  });

  it('stand in one thread for each job, whoever sends them', async () => {
    const first = bed.start();
    first.deliverer.wake(
      await bed.outbox.add([told('m1', 'b1'), told('m2', 'b2'), told('m3', 'b1')]),
    );
    await expect.poll(() => slack.posted.length, within).toBe(3);
    await first.deliverer.stop(1_000);
    await bed.outbox.add([told('m4', 'b1'), told('m5')]);
    bed.start();
    await expect.poll(() => slack.posted.length, within).toBe(5);
    const tsOf = (text: string) => slack.posted.find((each) => each.text === text)?.ts;
    expect(slack.posted.map(({ text, threadTs }) => [text, threadTs])).toEqual([
      ['m1', null],
      ['m2', null],
      ['m3', tsOf('m1')],
      ['m4', tsOf('m1')],
      ['m5', null],
    ]);
    expect(slack.faults).toEqual([]);
  });

  it('are tried again where Slack fails, and given up where it refuses them for good', async () => {
    const { deliverer } = bed.start();
    slack.failNext(500);
    deliverer.wake(await bed.outbox.add([told('m1')]));
    await expect.poll(() => bed.states(), within).toEqual(['delivered']);
    slack.failNext(200, 'channel_not_found');
    deliverer.wake(await bed.outbox.add([told('m2')]));
    await expect.poll(() => bed.states(), within).toEqual(['delivered', 'failed']);
    expect((await bed.attempts()).at(-1)).toMatchObject({
      error: 'ERR_SLACK_REFUSED',
      answer: 'channel_not_found',
    });
    expect(slack.posted.map(({ text }) => text)).toEqual(['m1']);
  });
});

it('a Slack channel never gets more than its rate', async () => {
  await begin(4);
  const { deliverer } = bed.start();
  const messages = Array.from({ length: 8 }, (_, at) => told(`m${at}`));
  deliverer.wake(await bed.outbox.add(messages));
  await expect.poll(() => slack.posted.length, within).toBe(8);
  // Slack itself says so where it is too fast; each message is posted once in any case.
  expect(new Set(slack.posted.map(({ text }) => text)).size).toBe(8);
  await bed.close();
  await slack.close();
});
