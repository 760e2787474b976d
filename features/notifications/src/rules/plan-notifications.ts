import { OWNER_NAME } from '@gemini-events/access';
import type { SlackMessage } from '@gemini-events/slack';
import type { NotifiableEvent } from '../notifiable-event.ts';
import { DEFAULT_TEXTS } from '../slack/default-texts.ts';
import { renderSlack } from '../slack/render-message.ts';
import { renderTemplate } from '../templates/template.ts';
import { bare, viewOf } from '../templates/view.ts';
import { type Turn, turnOf } from './match-rule.ts';
import type { Rule } from './rule.ts';

interface Told {
  readonly rule: string;
  readonly turn: Turn;
  /** What failed and recovered things are joined by; null where the turn is plain. */
  readonly pairKey: string | null;
}

/** Something that a rule wants to be told of an event. */
export type Planned =
  | (Told & {
      readonly kind: 'slack';
      readonly channel: string;
      /** Messages with the same one stand in one thread; null: in none. */
      readonly thread: string | null;
      /** @param about since when it had failed, in milliseconds since 1970, for a recovery */
      readonly render: (about: { readonly failedAt: number | null }) => SlackMessage;
    })
  | (Told & {
      readonly kind: 'webhook';
      readonly owner: string;
      readonly exposeMetadata: readonly string[];
      /** How long a link to the output holds; null: no link. */
      readonly linkTtlMs: number | null;
    });

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What the rules want to be told of an event, in their order. */
export function planNotifications(
  rules: readonly Rule[],
  event: NotifiableEvent,
): readonly Planned[] {
  return rules.flatMap((rule) => {
    const turn = turnOf(rule, event);
    return turn === null ? [] : plansOf(rule, turn, event);
  });
}

function plansOf(rule: Rule, turn: Turn, event: NotifiableEvent): readonly Planned[] {
  const { name, slack, webhooks, recovered } = rule;
  const view = viewOf(event, { rule: name, turn });
  const job = event.resource_id ?? event.event_id;
  const key = recovered?.key === undefined ? '' : renderTemplate(recovered.key, view, 'plain');
  const pairKey = turn === 'plain' ? null : key === '' ? job : key;
  const told = { rule: name, turn, pairKey };
  const planned: Planned[] = [];
  if (slack !== undefined) {
    const threads = { resource: job, pair: pairKey, none: null };
    planned.push({
      ...told,
      kind: 'slack',
      channel: slack.channel,
      thread: threads[rule.thread],
      render: ({ failedAt }) => render(rule, turn, event, failedAt),
    });
  }
  if (webhooks !== undefined) {
    const owner = renderTemplate(webhooks.owner, view, 'plain');
    const { metadata: exposeMetadata, link_hours: hours } = webhooks;
    const linkTtlMs = hours === undefined ? null : hours * HOUR_MS;
    // A name that nobody can have: there is nobody to tell.
    if (OWNER_NAME.test(owner)) {
      planned.push({ ...told, kind: 'webhook', owner, exposeMetadata, linkTtlMs });
    }
  }
  return planned;
}

function render(
  { name, slack, recovered }: Rule,
  turn: Turn,
  event: NotifiableEvent,
  failedAt: number | null,
): SlackMessage {
  const failedFor = failedAt === null ? '' : timeText(event.occurred_at - failedAt);
  const base = viewOf(event, { rule: name, turn, failedFor });
  const link = slack?.link === undefined ? '' : renderTemplate(slack.link, base, 'url');
  const own = turn === 'recovered' ? recovered?.text : slack?.text;
  const text = own ?? DEFAULT_TEXTS[turn];
  return renderSlack(text, slack?.blocks ?? null, bare({ ...base, link }));
}

/** For people: `2 h 5 min`, `45 s`. */
function timeText(ms: number): string {
  const span = Math.max(0, ms);
  const minutes = Math.round(span / MINUTE_MS);
  if (span < MINUTE_MS) return `${Math.round(span / 1_000)} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
