import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { isBridgeError } from '@gemini-events/events';
import { describe, expect, it } from 'vitest';
import { createApiApp } from './create-api-app.ts';
import { listen } from './listen.ts';

const AT = { host: '127.0.0.1', port: 0, portSetting: 'ITS_PORT' };
const answering = (text: string) => ({ fetch: () => new Response(text) });

async function ask(port: number, agent: Agent): Promise<string> {
  const [answer] = (await once(get({ port, host: '127.0.0.1', agent }), 'response')) as [
    IncomingMessage,
  ];
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

describe('the server of an API', () => {
  it('answers what it has begun when it is closed, and leaves no connection open', async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<Response>();
    const fetch = () => {
      begun.resolve();
      return finish.promise;
    };
    const server = await listen({ fetch }, AT);
    const agent = new Agent({ keepAlive: true });
    const answer = ask(server.port, agent);
    await begun.promise;
    const closed = server.close();
    await expect(ask(server.port, new Agent())).rejects.toThrow(/ECONNREFUSED/);
    finish.resolve(new Response('done'));
    expect(await answer).toBe('done');
    await closed;
    await server.close();
    agent.destroy();
  });

  it('does not wait for connections that nobody uses', async () => {
    const server = await listen(answering('yes'), AT);
    const agent = new Agent({ keepAlive: true });
    expect(await ask(server.port, agent)).toBe('yes');
    await server.close();
    agent.destroy();
  });

  it('says which setting to change when its port is taken', async () => {
    const first = await listen(answering(''), AT);
    const error = await listen(answering(''), { ...AT, port: first.port }).catch(
      (each: unknown) => each,
    );
    expect(isBridgeError(error, 'ERR_PORT_TAKEN')).toBe(true);
    expect(String(error)).toContain('ITS_PORT');
    await first.close();
  });

  it('refuses bodies that are too large, and answers the next request all the same', async () => {
    const app = createApiApp({
      about: {
        title: 'things',
        version: '1.0.0',
        description: '',
        scopes: { customers: [], operators: [] },
        problems: [],
      },
      tokens: { idOf: () => null, check: () => Promise.resolve(null) },
      addRoutes: () => undefined,
      onFault: () => undefined,
      now: Date.now,
    });
    const server = await listen(app, AT);
    const url = `http://127.0.0.1:${server.port}/v1/things`;
    for (let count = 0; count < 5; count += 1) {
      const large = await fetch(url, { method: 'POST', body: 'x'.repeat(3_000_000) });
      expect([large.status, large.headers.get('connection')]).toEqual([401, 'close']);
      await large.text();
      const small = await fetch(url);
      expect([small.status, small.headers.get('connection')]).toEqual([401, 'keep-alive']);
      await small.text();
    }
    await server.close();
  });
});
