import {
  type LoopbackServer,
  REFUSED_URLS,
  startLoopbackServer,
} from '@gemini-events/http/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlackResponder, type SlackResponder } from './slack-responder.ts';

let server: LoopbackServer;
let responder: SlackResponder;
let got: { readonly path: string; readonly type: string | undefined; readonly body: string }[];
let answer: { readonly status: number; readonly location?: string };

beforeEach(async () => {
  got = [];
  answer = { status: 200 };
  server = await startLoopbackServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString();
      got.push({ path: request.url ?? '', type: request.headers['content-type'], body });
      const { status, location } = answer;
      response.writeHead(status, location === undefined ? {} : { location }).end('ok');
    });
  });
  responder = createSlackResponder(`${server.origin}/`);
});
afterEach(async () => {
  await responder.close();
  await server.close();
});

describe('an answer to a click', () => {
  it('is posted to where the click says, at the origin of Slack', async () => {
    await responder.respond(`${server.origin}/actions/T/1/x`, { text: 'ä' });
    expect(got).toEqual([
      { path: '/actions/T/1/x', type: 'application/json; charset=utf-8', body: '{"text":"ä"}' },
    ]);
  });

  it('goes nowhere else, whatever the click says', async () => {
    const { port } = server;
    const other = await startLoopbackServer((_, response) => response.end('ok'));
    const urls = [
      ...REFUSED_URLS.map(([url]) => url),
      other.origin,
      `https://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      `http://user@127.0.0.1:${port}/`,
      'https://hooks.slack.com/actions/T/1/x',
      'https://hooks.slack.com.example.com/',
    ];
    try {
      for (const url of urls) {
        await expect(responder.respond(url, {})).rejects.toMatchObject({
          code: 'ERR_HTTP_REFUSED',
        });
      }
    } finally {
      await other.close();
    }
    expect(got).toEqual([]);
  });

  it('goes to Slack alone where Slack is Slack', async () => {
    const real = createSlackResponder('https://hooks.slack.com');
    for (const url of [
      'http://hooks.slack.com/x',
      'https://hooks.slack.com:8443/x',
      'https://slack.com/x',
      'https://evil.example.com/hooks.slack.com',
      'https://hooks.slack.com@evil.example.com/',
    ]) {
      await expect(real.respond(url, {})).rejects.toMatchObject({ code: 'ERR_HTTP_REFUSED' });
    }
    await real.close();
  });

  it('follows no redirect', async () => {
    answer = { status: 307, location: `${server.origin}/elsewhere` };
    await expect(responder.respond(`${server.origin}/x`, {})).rejects.toMatchObject({
      code: 'ERR_SLACK_REFUSED',
    });
    expect(got.map(({ path }) => path)).toEqual(['/x']);
  });

  it('that Slack does not take is an error without its URL', async () => {
    answer = { status: 404 };
    const sent = responder.respond(`${server.origin}/secret-path`, {});
    await expect(sent).rejects.toMatchObject({
      code: 'ERR_SLACK_REFUSED',
      message: expect.not.stringContaining('secret-path'),
    });
  });

  it('that nobody takes is an error', async () => {
    await server.close();
    await expect(responder.respond(`${server.origin}/x`, {})).rejects.toMatchObject({
      code: 'ERR_HTTP_UNAVAILABLE',
    });
    server = await startLoopbackServer((_, response) => response.end());
  });
});
