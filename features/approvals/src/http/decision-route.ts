import { secured } from '@gemini-events/access/http';
import {
  type Api,
  type ApiProblem,
  actorOf,
  idParams,
  json,
  jsonBody,
  timeOf,
} from '@gemini-events/http-api';
import { createRoute, z } from '@hono/zod-openapi';
import type { Approval } from '../approval.ts';
import { approvalSchema, renderApproval } from './approval-schemas.ts';
import { closedApproval } from './closed-approval.ts';
import type { ApprovalApiParts } from './parts.ts';
import { problem, problems } from './problems.ts';

const decisionSchema = z
  .strictObject({
    choice: z.string().min(1).max(100).openapi({ description: 'Name of one of its choices.' }),
    reason: z.string().min(1).max(2_000).optional(),
    on_behalf_of: z
      .string()
      .regex(/^[A-Za-z0-9._:@-]{1,100}$/, 'has to be a name of letters, digits and . _ : @ -')
      .optional()
      .openapi({
        description:
          'Whom the caller acts for, where it knows its users. It is kept with the reason, as the caller’s word: who may decide goes by the token.',
      }),
  })
  .openapi('Decision');

const route = createRoute({
  method: 'post',
  path: '/v1/approvals/{id}/decision',
  tags: ['approvals'],
  ...secured(
    'approvals:decide',
    'Decide',
    'The first decision counts, and a later one is answered with it. The same one once more by the same token is answered as the first was, so it may be repeated.',
  ),
  request: {
    params: idParams,
    body: jsonBody(decisionSchema, { choice: 'approve', reason: 'looked at five of them' }),
  },
  responses: {
    200: json(approvalSchema, 'The approval, with this decision.'),
    ...problems(400, 404, 409, 413, 415, 422),
  },
});

export function addDecisionRoute(app: Api, { approvals }: ApprovalApiParts): void {
  app.openapi(route, async (context) => {
    const { choice, reason, on_behalf_of: behalf } = context.req.valid('json');
    // The log of approvals goes to the audit, this with it.
    const answer = await approvals.decide({
      id: context.req.valid('param').id,
      choice,
      actor: actorOf(context.get('token')),
      via: 'api',
      reason: reasonOf(reason, behalf),
    });
    switch (answer.kind) {
      case 'taken':
        return context.json(renderApproval(answer.approval), 200);
      case 'too_late':
        throw closed(answer.approval);
      case 'not_allowed':
        throw problem('not_allowed', { detail: 'The token is none of the approvers.' });
      case 'no_choice': {
        const names = answer.choices.map(({ name }) => name).join(', ');
        throw problem('no_such_choice', { detail: `It has ${names}.` });
      }
      case 'unknown':
        throw problem('not_found');
    }
  });
}

function reasonOf(reason: string | undefined, behalf: string | undefined): string | null {
  if (behalf === undefined) return reason ?? null;
  return `on behalf of ${behalf}${reason === undefined ? '' : `: ${reason}`}`;
}

function closed(approval: Approval): ApiProblem {
  const { state, choice, actor, decidedAt } = closedApproval(approval);
  return problem('approval_closed', {
    state,
    ...(choice === null ? {} : { choice }),
    ...(actor === null ? {} : { decided_by: actor }),
    ...(decidedAt === null ? {} : { decided_at: timeOf(decidedAt) }),
  });
}
