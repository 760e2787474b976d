import type { ConsumerTools } from '@gemini-events/consumer/run';
import type { ProducerRecord } from '@gemini-events/kafka/producer';
import type { ApprovalLogEntry } from '../approval.ts';

/** What the topics are told of a line of an approval's log: its state, and who did what. */
export function approvalRecords(
  entry: ApprovalLogEntry,
  to: {
    readonly topics: { readonly approvals: string; readonly audit: string };
    readonly encode: ConsumerTools['encode'];
  },
): readonly ProducerRecord[] {
  const { topics, encode } = to;
  const { approval, action, actor, via, choice, outcome, reason, at } = entry;
  const state: ProducerRecord = {
    topic: topics.approvals,
    key: approval.id,
    value: encode({
      name: 'Approval',
      value: {
        approval_id: approval.id,
        run_id: approval.runId,
        workflow: approval.workflow,
        source: approval.source,
        resource_id: approval.resourceId,
        title: approval.title,
        evidence: approval.evidence,
        choices: JSON.stringify(approval.choices),
        state: approval.state,
        choice: approval.choice,
        actor: approval.actor,
        via: approval.via,
        reason: approval.reason,
        requested_at: approval.requestedAt,
        expires_at: approval.expiresAt,
        decided_at: approval.decidedAt,
      },
    }),
    headers: {},
  };
  const details = {
    run: approval.runId,
    via,
    outcome,
    ...(choice === null ? {} : { choice }),
  };
  const audit: ProducerRecord = {
    topic: topics.audit,
    key: actor,
    value: encode({
      name: 'AuditEntry',
      value: { actor, action: `approval.${action}`, subject: approval.id, reason, details, at },
    }),
    headers: {},
  };
  // What came too late changed nothing, and is known all the same.
  return outcome === 'taken' ? [state, audit] : [audit];
}
