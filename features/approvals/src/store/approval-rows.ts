import { BridgeError } from '@gemini-events/events';
import { fromText, toId, toText } from '@gemini-events/postgres';
import type { Approval, ApprovalLogLine, NewApproval } from '../approval.ts';

/** Values of a new row, and who asks. @throws BridgeError ERR_APPROVAL_CHOICE */
export function rowOf(approval: NewApproval): readonly unknown[] {
  const { id, runId, workflow, source, resourceId, title, evidence, approvers } = approval;
  const { choices, defaultChoice, requestedAt, expiresAt } = approval;
  if (defaultChoice !== null && !choices.some(({ name }) => name === defaultChoice)) {
    const message = `${id} has no choice ${defaultChoice}, its default`;
    throw new BridgeError('ERR_APPROVAL_CHOICE', message);
  }
  return [
    toId(id),
    toId(runId),
    toId(workflow),
    toId(source),
    resourceId === null ? null : toId(resourceId),
    toText(title),
    toText(evidence),
    JSON.stringify(choices),
    approvers?.map(toText) ?? null,
    toTextOrNull(defaultChoice),
    requestedAt,
    expiresAt,
    toText(`run/${runId}`),
  ];
}

/** The row of an approval, which may have other columns too. */
export function toApproval(row: Approval): Approval {
  return {
    id: fromText(row.id),
    runId: fromText(row.runId),
    workflow: fromText(row.workflow),
    source: fromText(row.source),
    resourceId: fromTextOrNull(row.resourceId),
    title: fromText(row.title),
    evidence: fromText(row.evidence),
    choices: row.choices,
    approvers: row.approvers?.map(fromText) ?? null,
    defaultChoice: fromTextOrNull(row.defaultChoice),
    state: row.state,
    choice: fromTextOrNull(row.choice),
    actor: fromTextOrNull(row.actor),
    via: row.via,
    reason: fromTextOrNull(row.reason),
    requestedAt: Math.round(row.requestedAt),
    expiresAt: Math.round(row.expiresAt),
    decidedAt: row.decidedAt === null ? null : Math.round(row.decidedAt),
  };
}

export function toLine(row: ApprovalLogLine): ApprovalLogLine {
  return {
    ...row,
    approvalId: fromText(row.approvalId),
    at: Math.round(row.at),
    actor: fromText(row.actor),
    choice: fromTextOrNull(row.choice),
    reason: fromTextOrNull(row.reason),
    announcedAt: row.announcedAt === null ? null : Math.round(row.announcedAt),
  };
}

/** As it was before it was decided, expired or cancelled. */
export function asRequested(approval: Approval): Approval {
  return {
    ...approval,
    state: 'requested',
    choice: null,
    actor: null,
    via: null,
    reason: null,
    decidedAt: null,
  };
}

export function toTextOrNull(text: string | null): string | null {
  return text === null ? null : toText(text);
}

function fromTextOrNull(text: string | null): string | null {
  return text === null ? null : fromText(text);
}
