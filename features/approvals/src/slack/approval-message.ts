import type { SlackMessage } from '@gemini-events/slack';
import { cut, SLACK_LIMITS as MOST } from '@gemini-events/slack';
import { evidenceBlocks } from './approval-evidence.ts';
import { escaped, mrkdwn, oneLine, plain, quoted, timeOf } from './approval-text.ts';

/** What a run asks people, as far as a message shows it. Times are milliseconds since 1970. */
export interface AskedApproval {
  /** At most 255 characters. */
  readonly id: string;
  readonly runId: string;
  readonly workflow: string;
  readonly resourceId: string | null;
  readonly title: string;
  /** JSON. */
  readonly evidence: string;
  readonly choices: readonly {
    /** Lower case, digits and dashes; at most 248 characters. */
    readonly name: string;
    readonly label: string;
    readonly approves: boolean;
  }[];
  /** Null: whoever sees it. */
  readonly approvers: readonly string[] | null;
  readonly defaultChoice: string | null;
  readonly expiresAt: number;
}

/** What became of it. */
export interface DecidedApproval extends AskedApproval {
  readonly state: 'requested' | 'approved' | 'rejected' | 'expired' | 'cancelled';
  readonly choice: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
  readonly decidedAt: number | null;
}

/** Before the name of a choice, in the id of its button. */
export const CHOICE_PREFIX = 'choice:';
/** Of a confirmation dialog. */
const CONFIRM = { title: 100, text: 300, button: 30 } as const;

/**
 * Asks in Slack: what a decision rests on, who may decide and until when, and a button for each choice.
 * Values cannot call people; approvers that are users of Slack are called.
 */
export function approvalMessage(approval: AskedApproval): SlackMessage {
  const { id, title, choices } = approval;
  const buttons = choices.slice(0, MOST.actions).map((choice) => buttonOf(approval, choice));
  return {
    text: cut(`Approval: ${escaped(oneLine(title))}`, MOST.text),
    blocks: [
      ...headOf(approval),
      contextOf([whoMay(approval), untilWhen(approval), runOf(approval)]),
      // Slack refuses a block of no buttons.
      ...(buttons.length === 0 ? [] : [{ type: 'actions', block_id: id, elements: buttons }]),
    ],
  };
}

/** The same once it is over: no buttons, and who decided what. */
export function decidedMessage(approval: DecidedApproval): SlackMessage {
  const outcome = outcomeOf(approval);
  const reason = approval.reason?.trim() ? `\n${quoted(approval.reason)}` : '';
  const text = mrkdwn(`${outcome}${reason}`, MOST.section);
  return {
    text: cut(`${escaped(oneLine(approval.title))}: ${outcome}`, MOST.text),
    blocks: [...headOf(approval), { type: 'section', text }, contextOf([runOf(approval)])],
  };
}

function headOf({ title, evidence }: AskedApproval): readonly object[] {
  const line = oneLine(title);
  const whole = { type: 'section', text: mrkdwn(escaped(line), MOST.section) };
  return [
    { type: 'header', text: plain(line, MOST.header) },
    ...(line.length > MOST.header ? [whole] : []),
    ...evidenceBlocks(evidence),
  ];
}

function buttonOf(
  { id, title }: AskedApproval,
  { name, label, approves }: AskedApproval['choices'][number],
): object {
  const shown = label.trim() || name;
  const style = approves ? 'primary' : 'danger';
  return {
    type: 'button',
    action_id: `${CHOICE_PREFIX}${name}`,
    value: id,
    style,
    text: plain(shown, MOST.buttonText),
    confirm: {
      title: plain('Decide this?', CONFIRM.title),
      text: plain(`${shown}: ${title}`, CONFIRM.text),
      confirm: plain(shown, CONFIRM.button),
      deny: plain('Not now', CONFIRM.button),
      style,
    },
  };
}

function contextOf(texts: readonly string[]): object {
  return { type: 'context', elements: texts.map((text) => mrkdwn(text, MOST.contextText)) };
}

function whoMay({ approvers }: AskedApproval): string {
  if (approvers === null) return 'Whoever sees this may decide';
  return `May decide: ${approvers.map(personOf).join(', ') || 'nobody'}`;
}

function untilWhen({ expiresAt, ...approval }: AskedApproval): string {
  return `Until ${timeOf(expiresAt)}, then ${countsAs(approval, approval.defaultChoice)}`;
}

function runOf({ runId, workflow, resourceId }: AskedApproval): string {
  const job = resourceId === null ? '' : ` · ${escaped(oneLine(resourceId))}`;
  return `${escaped(oneLine(workflow))} · run ${escaped(oneLine(runId))}${job}`;
}

function outcomeOf(approval: DecidedApproval): string {
  const { state, choice, actor, decidedAt, expiresAt } = approval;
  const when = decidedAt === null ? '' : `, ${timeOf(decidedAt)}`;
  const who = actor === null ? 'somebody' : personOf(actor);
  switch (state) {
    case 'approved':
      return `:white_check_mark: *${labelOf(approval, choice)}* by ${who}${when}`;
    case 'rejected':
      return `:x: *${labelOf(approval, choice)}* by ${who}${when}`;
    case 'cancelled':
      return `:no_entry_sign: Not needed any more: its run was cancelled${when}`;
    case 'requested':
    case 'expired':
      return `:hourglass: Nobody decided until ${timeOf(expiresAt)}: ${countsAs(approval, choice)}`;
  }
}

function countsAs(approval: Pick<AskedApproval, 'choices'>, choice: string | null): string {
  return choice === null ? 'it counts as rejected' : `*${labelOf(approval, choice)}* counts`;
}

function labelOf({ choices }: Pick<AskedApproval, 'choices'>, name: string | null): string {
  const label = choices.find((each) => each.name === name)?.label.trim();
  return escaped(cut(oneLine(label || (name ?? '')), MOST.buttonText));
}

/** A user of Slack is shown by name there. */
function personOf(actor: string): string {
  const [, user] = /^slack:([UW][A-Z0-9]{1,20})$/.exec(actor) ?? [];
  return user === undefined ? escaped(oneLine(actor)) : `<@${user}>`;
}
