import fc from 'fast-check';
import { expect, it } from 'vitest';
import { classify } from './classify.ts';
import { composeRecord } from './compose-record.ts';

const delivery = (rawBody: Uint8Array) => ({
  webhookId: 'msg_1',
  webhookTimestamp: '1',
  webhookSignature: 'v1,x',
  source: 'default',
  labels: {},
  scheme: 'v1' as const,
  trust: 'project' as const,
  receivedAt: 1_000,
  rawBody,
  bodyDigest: '0'.repeat(32),
  dedupKey: null,
  traceparent: '00-1-2-00',
});

it('any bytes become a record; nothing throws and nothing is lost', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      (body) => {
        const record = composeRecord(delivery(body), classify(body));
        expect(record.key.length).toBeGreaterThan(0);
        expect(record.content.name === 'QuarantinedDelivery').toBe(record.route === 'quarantine');
        const kept =
          record.content.name === 'QuarantinedDelivery'
            ? record.content.value.body
            : Buffer.from(record.content.value.payload);
        expect(Buffer.from(kept).equals(body)).toBe(true);
      },
    ),
  );
});

it('any envelope of a known family with an id becomes an event under that id', () => {
  const envelope = fc.record({
    type: fc
      .constantFrom('batch', 'interaction', 'video')
      .chain((family) => fc.string({ maxLength: 200 }).map((rest) => `${family}.${rest}`)),
    data: fc.record({ id: fc.string({ minLength: 1, maxLength: 512 }), extra: fc.jsonValue() }),
  });
  fc.assert(
    fc.property(envelope, (value) => {
      const body = Buffer.from(JSON.stringify(value));
      const record = composeRecord(delivery(body), classify(body));
      expect(record.key).toBe(value.data.id);
      expect(record.headers['ce_type']).toBe(value.type);
      expect(record.route).toBe(value.type.split('.')[0]);
    }),
  );
});
