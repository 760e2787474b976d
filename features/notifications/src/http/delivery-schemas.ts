import { timeOf, timeOrNull, timeSchema } from '@gemini-events/http-api';
import { z } from '@hono/zod-openapi';
import {
  DELIVERY_STATES,
  type Delivery,
  type DeliveryAttempt,
  TRIGGERS,
} from '../store/delivery-log.ts';

const example = {
  id: '4711',
  endpoint: 'ep_8b1f0c4f2f5d4f0a9c3e7d61',
  webhook_id: 'msg_0c2f7be1a7f14b6e8f0d2f3c',
  type: 'batch.succeeded',
  state: 'delivered' as const,
  attempts: 1,
  triggered_by: 'event' as const,
  queued_at: '2026-11-25T12:00:00.000Z',
  due_at: '2026-11-25T12:00:00.000Z',
  last_status: 204,
  last_error: null,
  settled_at: '2026-11-25T12:00:00.310Z',
};

export const deliverySchema = z
  .strictObject({
    id: z.string(),
    endpoint: z
      .string()
      .openapi({ description: 'Its id. Operators also see `slack:` and a channel.' }),
    webhook_id: z.string().openapi({ description: 'The `webhook-id`, the same at each attempt.' }),
    type: z.string(),
    state: z.enum(DELIVERY_STATES),
    attempts: z.int().openapi({ description: 'Begun in all, those before a resend too.' }),
    triggered_by: z.enum(TRIGGERS),
    queued_at: timeSchema,
    due_at: timeSchema.openapi({ description: 'Of one that waits: its next attempt.' }),
    last_status: z.int().nullable(),
    last_error: z.string().nullable(),
    settled_at: timeSchema.nullable(),
  })
  .openapi('Delivery', { example });

export const wholeDeliverySchema = z
  .strictObject({
    ...deliverySchema.shape,
    body: z.string().openapi({ description: 'The very text that is sent.' }),
  })
  .openapi('WholeDelivery', { example: { ...example, body: '{"type":"batch.succeeded"}' } });

export const attemptSchema = z
  .strictObject({
    number: z.int().openapi({ description: 'The first is 1.' }),
    started_at: timeSchema,
    took_ms: z.int(),
    status: z.int().nullable().openapi({ description: 'Null: there was no answer.' }),
    error: z.string().nullable(),
    answer: z.string().openapi({ description: 'First bytes of what was answered.' }),
  })
  .openapi('Attempt', {
    example: {
      number: 1,
      started_at: '2026-11-25T12:00:00.010Z',
      took_ms: 300,
      status: 204,
      error: null,
      answer: '',
    },
  });

export function renderDelivery(delivery: Delivery): z.output<typeof deliverySchema> {
  return {
    id: delivery.id,
    endpoint: delivery.lane,
    webhook_id: delivery.message,
    type: delivery.type,
    state: delivery.state,
    attempts: delivery.attempts,
    triggered_by: delivery.triggeredBy,
    queued_at: timeOf(delivery.queuedAt),
    due_at: timeOf(delivery.dueAt),
    last_status: delivery.lastStatus,
    last_error: delivery.lastError,
    settled_at: timeOrNull(delivery.settledAt),
  };
}

export function renderAttempt(attempt: DeliveryAttempt): z.output<typeof attemptSchema> {
  const { number, status, error, answer } = attempt;
  return {
    number,
    started_at: timeOf(attempt.startedAt),
    took_ms: attempt.tookMs,
    status,
    error,
    answer,
  };
}
