import { secured } from '@gemini-events/access/http';
import {
  type Api,
  createCursors,
  idParams,
  json,
  pageOf,
  pageQuery,
  pageSchema,
  present,
} from '@gemini-events/http-api';
import { createRoute, z } from '@hono/zod-openapi';
import { APPROVAL_STATES } from '../approval.ts';
import {
  approvalSchema,
  renderApproval,
  renderLine,
  runIdSchema,
  wholeApprovalSchema,
} from './approval-schemas.ts';
import type { ApprovalApiParts } from './parts.ts';
import { problems } from './problems.ts';

const tags = ['approvals'];

const list = createRoute({
  method: 'get',
  path: '/v1/approvals',
  tags,
  ...secured('approvals:read', 'List approvals', 'The newest first.'),
  request: {
    query: z.object({
      ...pageQuery,
      state: z.enum(APPROVAL_STATES).optional(),
      run: runIdSchema.optional().openapi({ description: 'Id of the run that asks.' }),
    }),
  },
  responses: { 200: json(pageSchema(approvalSchema), 'A page of approvals.'), ...problems(400) },
});

const show = createRoute({
  method: 'get',
  path: '/v1/approvals/{id}',
  tags,
  ...secured('approvals:read', 'Look at an approval', 'With each attempt to decide it.'),
  request: { params: idParams },
  responses: { 200: json(wholeApprovalSchema, 'The approval.'), ...problems(404) },
});

const cursors = createCursors<{ requestedAt: number; id: string }>(
  'approvals',
  z.strictObject({ requestedAt: z.int().min(0), id: z.string().min(1).max(255) }),
);

export function addApprovalRoutes(app: Api, { approvals }: ApprovalApiParts): void {
  app.openapi(list, async (context) => {
    const { limit, cursor, state, run: runId } = context.req.valid('query');
    const before = cursors.read(cursor) ?? undefined;
    const rows = await approvals.list({ state, runId, before, limit: limit + 1 });
    const page = pageOf(rows, limit, {
      render: renderApproval,
      cursor: ({ requestedAt, id }) => cursors.write({ requestedAt, id }),
    });
    return context.json(page, 200);
  });

  app.openapi(show, async (context) => {
    const approval = present(await approvals.find(context.req.valid('param').id));
    const log = await approvals.log(approval.id);
    return context.json({ ...renderApproval(approval), log: log.map(renderLine) }, 200);
  });
}
