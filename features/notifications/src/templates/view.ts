import { canonicalType, familyOf } from '@gemini-events/events';
import { OWNER_TAG_FIELD } from '@gemini-events/webhooks/owner-tag';
import { type NotifiableEvent, statusOf } from '../notifiable-event.ts';

/** What templates can name. Has no prototype, so that no name leads to a function. */
export type View = Readonly<Record<string, unknown>>;

/** Control characters but for line breaks, and what turns the direction of a text around. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNWANTED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Metadata and messages come from outside: what could fool a reader is taken out. */
export function clean(text: string): string {
  return text.toWellFormed().replace(UNWANTED, '');
}

/** Metadata without the tag that proves a job to be ours: whoever has the tag could claim other jobs. */
export function publicMetadata({
  user_metadata: metadata,
}: Pick<NotifiableEvent, 'user_metadata'>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== OWNER_TAG_FIELD));
}

export function viewOf(
  event: NotifiableEvent,
  more: { readonly rule: string; readonly turn: string; readonly failedFor?: string },
): View {
  const type = canonicalType(event.type) ?? event.type;
  const { error_code: code, error_message: message } = event;
  const hasError = (code ?? null) !== null || (message ?? null) !== null;
  return bare({
    type: clean(type),
    family: familyOf(type) ?? 'unknown',
    status: clean(statusOf(type)),
    source: clean(event.source),
    resource_id: clean(event.resource_id ?? ''),
    event_id: clean(event.event_id),
    occurred_at: new Date(event.occurred_at).toISOString(),
    labels: bare(cleaned(event.labels)),
    metadata: bare(cleaned(publicMetadata(event))),
    error: hasError ? bare({ code: clean(code ?? ''), message: clean(message ?? '') }) : null,
    rule: more.rule,
    turn: more.turn,
    failed_for: more.failedFor ?? '',
    link: '',
  });
}

export function bare(fields: Readonly<Record<string, unknown>>): View {
  return Object.assign(Object.create(null) as Record<string, unknown>, fields);
}

function cleaned(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, clean(text)]));
}
