import { expect, it } from 'vitest';
import { classify } from './classify.ts';
import { composeRecord } from './compose-record.ts';

const BODY = Buffer.from(
  '{"type":"batch.succeeded","version":"v1","timestamp":"2026-01-22T12:00:00Z","data":{"id":"batches/b1","output_file_uri":"files/batch-b1"}}',
);
const delivery = {
  webhookId: 'msg_1',
  webhookTimestamp: '1769083200',
  webhookSignature: 'v1,abc',
  source: 'tenant-a',
  labels: { team: 'search' },
  scheme: 'v1',
  trust: 'project',
  receivedAt: 1_769_083_201_000,
  rawBody: BODY,
  bodyDigest: 'ab'.repeat(16),
  dedupKey: null,
  traceparent: '00-1-2-00',
} as const;

it('an event carries routing headers, the signature as received, and CloudEvents in binary mode', () => {
  const record = composeRecord(delivery, classify(BODY));
  expect(record.key).toBe('batches/b1');
  expect(record.headers).toEqual({
    'webhook-id': 'msg_1',
    'webhook-timestamp': '1769083200',
    'webhook-signature': 'v1,abc',
    traceparent: '00-1-2-00',
    'gemini-source': 'tenant-a',
    'gemini-scheme': 'v1',
    'gemini-route': 'batch',
    'gemini-body-digest': 'ab'.repeat(16),
    ce_specversion: '1.0',
    ce_id: 'msg_1',
    ce_source: '//generativelanguage.googleapis.com/webhooks/tenant-a',
    ce_type: 'batch.succeeded',
    ce_subject: 'batches/b1',
    ce_time: '2026-01-22T12:00:00.000Z',
    'content-type': 'application/avro',
  });
  expect(record.content).toMatchObject({
    name: 'BatchEvent',
    value: {
      event_id: 'msg_1',
      labels: { team: 'search' },
      output_file_uri: 'files/batch-b1',
      error_code: null,
    },
  });
});

it('what is quarantined keeps its bytes and says why, under the webhook-id as key', () => {
  const rawBody = Buffer.from('hello');
  const record = composeRecord({ ...delivery, rawBody }, classify(rawBody));
  expect(record.key).toBe('msg_1');
  expect(record.headers).toMatchObject({ 'gemini-route': 'quarantine', reason: 'body_not_json' });
  expect(record.headers).not.toHaveProperty('ce_subject');
  expect(record.content).toMatchObject({
    name: 'QuarantinedDelivery',
    value: { body: rawBody, reason: 'body_not_json' },
  });
});

it('an unknown type without an id is keyed by its webhook-id', () => {
  const record = composeRecord(delivery, classify(Buffer.from('{"type":"ping"}')));
  expect(record.key).toBe('msg_1');
  expect(record.route).toBe('unknown');
  expect(record.content).toMatchObject({ name: 'UnknownEvent', value: { resource_id: null } });
});
