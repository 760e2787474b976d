import { describe, expect, it } from 'vitest';
import { verifies } from '../testing/receiver.ts';
import { newSecret, SUBSCRIBABLE, WebhookRegistry } from './webhook-registry.ts';

const HOUR_MS = 3_600_000;

function setUp() {
  const clock = { nowMs: Date.now() };
  const registry = new WebhookRegistry(() => clock.nowMs);
  const first = newSecret();
  const add = (uri: string, events: readonly string[] = SUBSCRIBABLE) =>
    registry.add({ name: 'n', uri, events, ...newSecret() });
  const webhook = registry.add({
    name: 'n',
    uri: 'http://127.0.0.1/a',
    events: ['batch.succeeded'],
    ...first,
  });
  const rawBody = Buffer.from('{}');
  const timestamp = String(Math.floor(Date.now() / 1_000));
  /** Which of the secrets verify what is signed now, and how many signatures there are. */
  const check = (...secrets: { secret: string }[]) => {
    const content = { webhookId: 'msg_1', timestamp, rawBody };
    const signature = registry.target(webhook.id)?.sign(content) ?? '';
    return {
      count: signature.split(' ').length,
      verified: secrets.map(({ secret }) =>
        verifies(secret, { id: 'msg_1', timestamp, signature, body: rawBody }),
      ),
    };
  };
  return { clock, registry, webhook, first, add, check };
}

describe('rotating a secret', () => {
  it('signs with both for 24 hours, then with the new one alone', () => {
    const { clock, registry, webhook, first, check } = setUp();
    const second = newSecret();
    registry.rotate(webhook, second.secret, second.key, false);
    expect(check(first, second)).toEqual({ count: 2, verified: [true, true] });
    clock.nowMs += 24 * HOUR_MS - 1;
    expect(check(first, second).count).toBe(2);
    clock.nowMs += 1;
    expect(check(first, second)).toEqual({ count: 1, verified: [false, true] });
  });

  it('signs with the new one alone at once when the former ones are revoked', () => {
    const { registry, webhook, first, check } = setUp();
    const second = newSecret();
    registry.rotate(webhook, second.secret, second.key, true);
    expect(check(first, second)).toEqual({ count: 1, verified: [false, true] });
  });

  it('does not lengthen the life of a former secret when it happens again', () => {
    const { clock, registry, webhook, first, check } = setUp();
    const [second, third] = [newSecret(), newSecret()];
    registry.rotate(webhook, second.secret, second.key, false);
    clock.nowMs += 20 * HOUR_MS;
    registry.rotate(webhook, third.secret, third.key, false);
    expect(check(first, second, third)).toEqual({ count: 3, verified: [true, true, true] });
    clock.nowMs += 4 * HOUR_MS;
    expect(check(first, second, third)).toEqual({ count: 2, verified: [false, true, true] });
  });

  it('keeps no more of a secret than its end', () => {
    const { registry, webhook, first } = setUp();
    const [shown] = registry.validSecrets(webhook);
    expect(shown?.truncated).toBe(`whsec_...${first.secret.slice(-4)}`);
    expect(JSON.stringify(webhook)).not.toContain(first.secret);
  });
});

describe('registered webhooks', () => {
  it('get the events that they subscribed to, and all of a type that nobody can subscribe to', () => {
    const { registry, add } = setUp();
    add('http://127.0.0.1/b', ['video.generated']);
    const uris = (type: string, isSubscribable: boolean): string[] =>
      registry.subscribed(type, isSubscribable).map(({ uri }) => uri);
    expect(uris('batch.succeeded', true)).toEqual(['http://127.0.0.1/a']);
    expect(uris('video.generated', true)).toEqual(['http://127.0.0.1/b']);
    expect(uris('batch.failed', true)).toEqual([]);
    expect(uris('batch.cancelled', false)).toEqual(['http://127.0.0.1/a', 'http://127.0.0.1/b']);
  });

  it('get nothing while they are disabled', () => {
    const { registry, webhook } = setUp();
    webhook.state = 'disabled';
    expect(registry.subscribed('batch.succeeded', true)).toEqual([]);
    webhook.state = 'enabled';
    expect(registry.subscribed('batch.succeeded', true)).toHaveLength(1);
  });

  it('are delivered to at their new URI from the next attempt on', () => {
    const { registry, webhook } = setUp();
    const target = registry.target(webhook.id);
    webhook.uri = 'http://127.0.0.1/new';
    expect(target?.uri).toBe('http://127.0.0.1/new');
  });

  it('are gone for their deliveries once they are deleted', () => {
    const { registry, webhook } = setUp();
    const target = registry.target(webhook.id);
    expect(target?.isGone()).toBe(false);
    registry.delete(webhook.id);
    expect(target?.isGone()).toBe(true);
    expect([registry.get(webhook.id), registry.target(webhook.id)]).toEqual([null, null]);
  });
});
