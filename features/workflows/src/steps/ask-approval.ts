import { hash } from 'node:crypto';
import type { Approval, NewApproval } from '@gemini-events/approvals';
import { approvalMessage } from '@gemini-events/approvals/slack';
import { BridgeError } from '@gemini-events/events';
import type { ApprovalRequest, Choice, Decision } from '../definition/run-context.ts';
import { cleanText, describeValue } from '../engine/describe.ts';
import type { RunSteps } from '../engine/run-parts.ts';
import { slackMessageOf } from './notify.ts';
import { waiting } from './waiting.ts';

/** The topic under which a run is told of a decision. */
export const approvalTopic = (id: string): string => `approval/${id}`;

const DAY_MS = 24 * 3_600_000;
const USUAL: readonly Choice[] = [
  { name: 'approve', label: 'Approve', approves: true },
  { name: 'reject', label: 'Reject', approves: false },
];
/** The database's clock decides what is past its time, and it may be behind ours. */
const LATER_MS = 500;
const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** The id of what a run asks under a name. */
function approvalIdOf(runId: string, name: string): string {
  return `ap_${hash('sha256', JSON.stringify([runId, name]), 'hex').slice(0, 24)}`;
}

/**
 * Asks people, in Slack too where there is a channel, and waits for the first decision, or for its end.
 * @throws BridgeError ERR_APPROVAL_CHOICE the request offers nothing that could be chosen
 */
export async function askApproval(
  run: RunSteps,
  name: string,
  request: ApprovalRequest,
): Promise<Decision> {
  const { durable, parts } = run;
  const id = approvalIdOf(durable.runId, name);
  const { choices = USUAL, expiresInMs = DAY_MS, defaultChoice = null } = request;
  check(choices, defaultChoice);
  const now = await durable.now();
  const asked: NewApproval = {
    id,
    runId: durable.runId,
    workflow: run.workflow,
    source: run.source,
    resourceId: run.resourceId,
    title: cleanText(request.title),
    evidence: describeValue(request.evidence ?? {}) ?? '{}',
    choices,
    approvers: request.approvers ?? null,
    defaultChoice,
    requestedAt: now,
    expiresAt: now + expiresInMs,
  };
  const channel = request.channel ?? parts.settings.channel;
  await durable.step(
    `ask ${name}`,
    () =>
      parts.ask(
        asked,
        channel === null
          ? []
          : [slackMessageOf(run, `approval ${name}`, channel, approvalMessage(asked), now)],
      ),
    { input: request },
  );
  return waiting(run, `approval ${id}`, async () => {
    let waitMs = asked.expiresAt - now;
    for (;;) {
      await durable.receive(approvalTopic(id), Math.max(1, waitMs));
      const approval = await durable.step(`decision of ${name}`, () => parts.approvals.expire(id));
      if (approval === null) throw new BridgeError('ERR_APPROVAL_UNKNOWN', `${id} is gone`);
      if (approval.state !== 'requested') return decisionOf(approval);
      waitMs = Math.max(LATER_MS, asked.expiresAt - (await durable.now()));
    }
  });
}

function decisionOf({ choice, choices, actor, via, reason }: Approval): Decision {
  const chosen = choices.find(({ name }) => name === choice);
  return {
    approved: chosen?.approves === true,
    choice,
    actor: via === 'expiry' ? null : actor,
    reason,
  };
}

function check(choices: readonly Choice[], defaultChoice: string | null): void {
  const names = choices.map(({ name }) => name);
  const isFit =
    names.length > 0 &&
    names.every((name) => NAME.test(name)) &&
    new Set(names).size === names.length &&
    (defaultChoice === null || names.includes(defaultChoice));
  if (isFit) return;
  throw new BridgeError(
    'ERR_APPROVAL_CHOICE',
    'an approval offers choices with names of their own',
  );
}
