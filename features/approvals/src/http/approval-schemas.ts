import { timeOf, timeOrNull, timeSchema } from '@gemini-events/http-api';
import { z } from '@hono/zod-openapi';
import { APPROVAL_STATES, type Approval, type ApprovalLogLine, type Choice } from '../approval.ts';

const example = {
  id: 'ap_5c1f0c4f2f5d4f0a9c3e7d61',
  run_id: 'orders/main/batch.succeeded/batches/b1',
  workflow: 'orders',
  source: 'main',
  resource_id: 'batches/b1',
  title: 'Send 120 letters?',
  evidence: '{"letters":120}',
  choices: [
    { name: 'approve', label: 'Approve', approves: true },
    { name: 'reject', label: 'Reject', approves: false },
  ],
  approvers: ['slack:U024BE7LH', 'token/5b0f6d1c2a3e4f50'],
  default_choice: null,
  state: 'approved' as const,
  choice: 'approve',
  actor: 'slack:U024BE7LH',
  via: 'slack' as const,
  reason: null,
  requested_at: '2026-11-25T12:00:00.000Z',
  expires_at: '2026-11-26T12:00:00.000Z',
  decided_at: '2026-11-25T12:03:20.000Z',
};

const choiceSchema = z.strictObject({
  name: z.string(),
  label: z.string(),
  approves: z.boolean().openapi({ description: 'Whether the run goes on with it.' }),
});

export const approvalSchema = z
  .strictObject({
    id: z.string(),
    run_id: z.string(),
    workflow: z.string(),
    source: z.string(),
    resource_id: z.string().nullable(),
    title: z.string(),
    evidence: z.string().openapi({
      description: 'What a decision rests on: JSON, without secrets; of a long one its beginning.',
    }),
    choices: z.array(choiceSchema),
    approvers: z.array(z.string()).nullable().openapi({
      description: 'Who may decide; null: whoever gets that far. A token is `token/` and its id.',
    }),
    default_choice: z
      .string()
      .nullable()
      .openapi({ description: 'What counts when nobody has decided.' }),
    state: z.enum(APPROVAL_STATES).openapi({
      description:
        '`requested`: nobody has decided; from `expires_at` on nobody can, and it becomes `expired` soon.',
    }),
    choice: z.string().nullable(),
    actor: z.string().nullable(),
    via: z.enum(['cli', 'slack', 'api', 'expiry']).nullable(),
    reason: z.string().nullable(),
    requested_at: timeSchema,
    expires_at: timeSchema,
    decided_at: timeSchema.nullable(),
  })
  .openapi('Approval', { example });

const lineSchema = z
  .strictObject({
    at: timeSchema,
    action: z.enum(['request', 'decide', 'expire', 'cancel']),
    actor: z.string(),
    via: z.enum(['cli', 'slack', 'api', 'run', 'expiry']),
    choice: z.string().nullable(),
    outcome: z
      .enum(['taken', 'too_late', 'not_allowed'])
      .openapi({ description: 'All but `taken` changed nothing.' }),
    reason: z.string().nullable(),
  })
  .openapi('ApprovalLogLine');

export const wholeApprovalSchema = z
  .strictObject({
    ...approvalSchema.shape,
    log: z
      .array(lineSchema)
      .openapi({ description: 'What happened, in order: at most the first 1,000.' }),
  })
  .openapi('WholeApproval');

export function renderApproval(approval: Approval): z.output<typeof approvalSchema> {
  return {
    id: approval.id,
    run_id: approval.runId,
    workflow: approval.workflow,
    source: approval.source,
    resource_id: approval.resourceId,
    title: approval.title,
    evidence: approval.evidence,
    choices: approval.choices.map(renderChoice),
    approvers: approval.approvers === null ? null : [...approval.approvers],
    default_choice: approval.defaultChoice,
    state: approval.state,
    choice: approval.choice,
    actor: approval.actor,
    via: approval.via,
    reason: approval.reason,
    requested_at: timeOf(approval.requestedAt),
    expires_at: timeOf(approval.expiresAt),
    decided_at: timeOrNull(approval.decidedAt),
  };
}

export function renderLine(line: ApprovalLogLine): z.output<typeof lineSchema> {
  const { at, action, actor, via, choice, outcome, reason } = line;
  return { at: timeOf(at), action, actor, via, choice, outcome, reason };
}

function renderChoice({ name, label, approves }: Choice): z.output<typeof choiceSchema> {
  return { name, label, approves };
}

/** Ids have no bound of their own but what Postgres puts in an index. */
export const runIdSchema = z.string().min(1).max(2_700);
