import { expect, it } from 'vitest';
import { batchSucceeded } from '../testing/index.ts';
import { processingRecord, processingStatus } from './processing-record.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const detail = { attempt: 2, reason: null, errorCode: null, dueAt: null };
const by = { consumer: 'tested', instance: 'one', at: 1_800_000_000_000 };
const to = { topic: 'processing', key: 'batches/a', value: Buffer.from('v') };

function statusOf() {
  const event = batchSucceeded({ event_id: 'e1', resource_id: 'batches/a' });
  const record = { topic: 'events', partition: 3, offset: 7n };
  return processingStatus({ event, record } as never, 'done', detail, by);
}

it('stands in the trace of the delivery that its event came from', () => {
  expect(processingRecord(statusOf(), { ...to, traceparent: TRACE }).headers).toMatchObject({
    traceparent: TRACE,
    ce_type: 'gemini.processing.done',
    'webhook-id': 'e1',
  });
  expect(processingRecord(statusOf(), { ...to, traceparent: null }).headers).not.toHaveProperty(
    'traceparent',
  );
});

it('says which record it is about', () => {
  expect(statusOf()).toMatchObject({ topic: 'events', partition: 3, offset: 7, attempt: 2 });
});
