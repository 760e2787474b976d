import { expect, it } from 'vitest';
import { serverProperties } from './server-properties.ts';

const lines = serverProperties({ port: 1111, controllerPort: 2222, logDir: '/data/logs' }).split(
  '\n',
);

it('broker and controller listen on loopback only', () => {
  expect(lines).toContain('listeners=PLAINTEXT://127.0.0.1:1111,CONTROLLER://127.0.0.1:2222');
  expect(lines).toContain('advertised.listeners=PLAINTEXT://127.0.0.1:1111');
  expect(lines).toContain('controller.quorum.voters=1@127.0.0.1:2222');
});

it('a proxied listener tells its clients the port of the proxy, and the others stay as they are', () => {
  const proxied = { port: 3333, advertisedPort: 4444 };
  const more = serverProperties({
    port: 1111,
    controllerPort: 2222,
    logDir: '/data/logs',
    proxied,
  });
  expect(more).toContain(
    'listeners=PLAINTEXT://127.0.0.1:1111,CONTROLLER://127.0.0.1:2222,PROXIED://127.0.0.1:3333\n',
  );
  expect(more).toContain(
    'advertised.listeners=PLAINTEXT://127.0.0.1:1111,PROXIED://127.0.0.1:4444\n',
  );
  expect(more).toContain(',PROXIED:PLAINTEXT\n');
});

it('topics are not made by accident, and every internal topic fits one node', () => {
  expect(lines).toContain('auto.create.topics.enable=false');
  const replication = lines.filter((line) =>
    /replication\.factor=|min\.isr=|min\.insync/.test(line),
  );
  expect(replication).toHaveLength(7);
  expect(replication.every((line) => line.endsWith('=1'))).toBe(true);
});
