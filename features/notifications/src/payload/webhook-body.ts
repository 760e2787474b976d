import { canonicalType } from '@gemini-events/events';
import { beginningOf } from '@gemini-events/slack';
import { z } from 'zod';
import { type NotifiableEvent, statusOf } from '../notifiable-event.ts';
import { clean, publicMetadata } from '../templates/view.ts';

const LONGEST = 1_000;
const LONGEST_CODE = 100;

/** Body of an outgoing webhook, version 1: a thin event. New fields may be added; none is ever changed. */
export const webhookPayloadSchema = z.strictObject({
  type: z.string().describe('For example batch.succeeded.'),
  timestamp: z.string().describe('When it happened, ISO 8601.'),
  schema_version: z.literal(1),
  data: z.strictObject({
    id: z.string().nullable().describe('The job.'),
    event_id: z.string().describe('The same for all that is told of this event.'),
    status: z.string().describe('What follows the dot of the type.'),
    error: z
      .strictObject({ code: z.string().nullable(), message: z.string().nullable() })
      .nullable(),
    metadata: z.record(z.string(), z.string()).describe('What the rule exposes of the job’s own.'),
    result: z
      .strictObject({
        url: z.string().describe('Where the output can be fetched, without a token.'),
        expires_at: z.string().describe('Until then, ISO 8601.'),
      })
      .nullable(),
  }),
});

/**
 * Body of an outgoing webhook. Nothing internal is in it: no source, no label, no trust, no file.
 * @param more `exposeMetadata` names what may be seen of the job's metadata
 */
export function webhookBody(
  event: NotifiableEvent,
  more: {
    readonly exposeMetadata: readonly string[];
    readonly link: { readonly url: string; readonly expiresAt: number } | null;
  },
): string {
  const type = canonicalType(event.type) ?? event.type;
  const { error_code: code = null, error_message: message = null } = event;
  const { exposeMetadata, link } = more;
  const exposed = Object.entries(publicMetadata(event)).filter(([name]) =>
    exposeMetadata.includes(name),
  );
  const payload: z.output<typeof webhookPayloadSchema> = {
    type,
    timestamp: new Date(event.occurred_at).toISOString(),
    schema_version: 1,
    data: {
      id: event.resource_id,
      event_id: event.event_id,
      status: statusOf(type),
      error:
        code === null && message === null
          ? null
          : { code: code && short(code, LONGEST_CODE), message: message && short(message) },
      metadata: Object.fromEntries(exposed.map(([name, value]) => [name, short(value)])),
      result:
        link === null
          ? null
          : { url: link.url, expires_at: new Date(link.expiresAt).toISOString() },
    },
  };
  return JSON.stringify(payload);
}

function short(text: string, most = LONGEST): string {
  const whole = clean(text);
  return whole.length <= most ? whole : `${beginningOf(whole, most - 1)}…`;
}
