import { createDispatcher, createHttpClient } from '@gemini-events/http';
import { Secret } from '@gemini-events/service';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SlackChannel } from '../rules/rule.ts';
import { type FakeSlack, startFakeSlack } from '../testing/fake-slack.ts';
import { createSlackSender } from './send-slack.ts';

const MESSAGE = {
  text: 'told',
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'told' } }],
};
const how = { threadTs: null, signal: new AbortController().signal };

let slack: FakeSlack;
let send: ReturnType<typeof createSlackSender>['send'];

const bot = (token = 'xoxb-test'): SlackChannel => ({
  name: 'ops',
  way: { kind: 'bot', token: new Secret(token), channel: 'C1' },
  perSecond: 1,
});
const incoming = (): SlackChannel => ({
  name: 'ops',
  way: { kind: 'webhook', url: new Secret(`${slack.origin}/services/T/B/x`) },
  perSecond: 1,
});

beforeEach(async () => {
  slack = await startFakeSlack({ perSecond: Number.POSITIVE_INFINITY });
  const policy = { allowedHosts: [], ownOrigins: [slack.origin] };
  const dispatcher = createDispatcher({ policy, idleTimeoutMs: 2_000 });
  const http = createHttpClient({ policy, dispatcher, totalTimeoutMs: 2_000 });
  const sender = createSlackSender({ http, apiUrl: `${slack.origin}/api` });
  send = (...args) => sender.send(...args);
});
afterEach(() => slack.close());

describe('a message to Slack', () => {
  it('is posted by a bot, and its answer names it for the thread', async () => {
    const first = await send(bot(), MESSAGE, how);
    expect(first).toEqual({ kind: 'posted', ts: slack.posted[0]?.ts });
    const threadTs = slack.posted[0]?.ts ?? '';
    await send(bot(), MESSAGE, { ...how, threadTs });
    expect(slack.posted[1]).toMatchObject({ channel: 'C1', threadTs });
  });

  it('is posted by an incoming webhook, which has no threads', async () => {
    expect(await send(incoming(), MESSAGE, how)).toEqual({ kind: 'posted', ts: null });
    expect(slack.posted).toHaveLength(1);
  });

  it('is refused for good where Slack says so, with its word and no secret', async () => {
    const answer = await send(bot('xoxb-secret'), MESSAGE, how);
    expect(answer).toEqual({ kind: 'failed', status: 200, error: 'invalid_auth', isFinal: true });
    slack.failNext(404, 'no_service');
    expect(await send(incoming(), MESSAGE, how)).toMatchObject({
      error: 'no_service',
      isFinal: true,
    });
  });

  it('is tried again where Slack fails', async () => {
    slack.failNext(500);
    expect(await send(bot(), MESSAGE, how)).toMatchObject({ kind: 'failed', isFinal: false });
    slack.failNext(503, '<html>');
    expect(await send(incoming(), MESSAGE, how)).toEqual({
      kind: 'failed',
      status: 503,
      error: 'unreadable_answer',
      isFinal: false,
    });
    await slack.close();
    expect(await send(bot(), MESSAGE, how)).toMatchObject({
      kind: 'failed',
      error: 'ERR_HTTP_UNAVAILABLE',
      isFinal: false,
    });
    slack = await startFakeSlack();
  });

  it('waits where Slack asks for a slower pace', async () => {
    await slack.close();
    slack = await startFakeSlack({ perSecond: 1 });
    const policy = { allowedHosts: [], ownOrigins: [slack.origin] };
    const dispatcher = createDispatcher({ policy, idleTimeoutMs: 2_000 });
    const http = createHttpClient({ policy, dispatcher, totalTimeoutMs: 2_000 });
    const sender = createSlackSender({ http, apiUrl: `${slack.origin}/api` });
    await sender.send(bot(), MESSAGE, how);
    expect(await sender.send(bot(), MESSAGE, how)).toEqual({
      kind: 'throttled',
      status: 429,
      afterMs: 1_000,
    });
  });

  it('that is beyond the limits of Block Kit would be noticed here', async () => {
    const text = 'x'.repeat(3_001);
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text } }];
    expect(await send(bot(), { text: 'told', blocks }, how)).toMatchObject({
      error: 'invalid_blocks',
      isFinal: true,
    });
    expect(slack.faults).toEqual(['block 0: text has 3001 characters']);
  });
});
