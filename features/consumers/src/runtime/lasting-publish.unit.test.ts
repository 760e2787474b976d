import { BridgeError } from '@gemini-events/events';
import type { ProducerRecord } from '@gemini-events/kafka/producer';
import { expect, it } from 'vitest';
import { createLastingPublish } from './lasting-publish.ts';

const record = { topic: 't', key: 'k', value: Buffer.from('v'), headers: {} } as ProducerRecord;
const never = new AbortController().signal;
const away = new BridgeError('ERR_KAFKA_UNAVAILABLE', 'away');

it('publishes again until an outage is over', async () => {
  const failures: unknown[] = [];
  let calls = 0;
  const publish = createLastingPublish(
    async () => {
      calls += 1;
      if (calls < 3) throw away;
    },
    (error) => failures.push(error),
  );
  await publish(record, never);
  expect({ calls, failures }).toEqual({ calls: 3, failures: [away, away] });
});

it('does not repeat what would fail again', async () => {
  const tooLarge = new Error('too large');
  let calls = 0;
  const publish = createLastingPublish(
    async () => {
      calls += 1;
      throw tooLarge;
    },
    () => undefined,
  );
  await expect(publish(record, never)).rejects.toBe(tooLarge);
  expect(calls).toBe(1);
});

it('lets go when the handler has to', async () => {
  const over = new AbortController();
  const publish = createLastingPublish(
    async () => {
      throw away;
    },
    () => over.abort(),
  );
  await expect(publish(record, over.signal)).rejects.toThrow(/abort/i);
});
