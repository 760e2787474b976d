import { expect, it } from 'vitest';
import { createDeliveryAcceptor } from './accept-delivery.ts';

it.each([
  ['400 s old, and refused', '1779999600', 400, 'refused'],
  ['from a clock that is ahead, and refused', '1780000301', -301, 'refused'],
  ['of just now', '1779999998', 2, 'opened'],
])('the skew of the clock is told of a delivery that is %s', (_, timestamp, expected, outcome) => {
  const skews: number[] = [];
  const source = {
    name: 'default',
    labels: {},
    isDynamic: false,
    ownerKey: null,
    verify: () => ({ refused: 'signature_wrong' }) as const,
  };
  const acceptor = createDeliveryAcceptor({
    sources: () => new Map([['default', source]]),
    topic: 't',
    encoder: () => null,
    producer: { publish: () => Promise.resolve() },
    now: () => 1_780_000_000_000,
    events: {
      acknowledged: () => undefined,
      clockSkew: (seconds) => skews.push(seconds),
      failed: () => undefined,
    },
  });
  const headers = { id: 'msg_1', timestamp, signature: 'v1,x', traceparent: '' };
  const opened = acceptor.open('default', headers, () => '');
  expect('opened' in opened ? 'opened' : opened.verdict).toBe(outcome);
  expect(skews).toEqual([expected]);
});
