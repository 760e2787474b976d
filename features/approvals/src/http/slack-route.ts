import { type Api, addressOf, FAILURES } from '@gemini-events/http-api';
import { createKeyedBuckets } from '@gemini-events/http-api/limits';
import { verifySlack } from '@gemini-events/slack/signature';
import { createRoute } from '@hono/zod-openapi';
import { readSlackAction } from '../slack/approval-action.ts';
import type { ApprovalApiParts } from './parts.ts';
import { problem, problems } from './problems.ts';
import { readBody } from './read-body.ts';
import { slackAnswers } from './slack-answers.ts';

const BODY_BYTES = 64 * 1_024;
const FORM = /^application\/x-www-form-urlencoded *(?:;|$)/i;

const route = createRoute({
  method: 'post',
  path: '/slack/actions',
  tags: ['slack'],
  summary: 'Click a button in Slack',
  description:
    'The Request URL of the Slack app. Needs no token: Slack signs what it sends (`X-Slack-Signature`, `X-Slack-Request-Timestamp`), and for five minutes that holds. Who clicked is `slack:` and the id of the user. A click that comes too late, or of somebody who may not decide, is answered with 200 as well; what came of it is posted to its `response_url`. Without a signing secret there is no such path.',
  security: [],
  request: {
    body: {
      required: true,
      content: {
        'application/x-www-form-urlencoded': {
          // No schema of zod: the signature is over bytes that nothing else has read.
          schema: {
            type: 'object',
            required: ['payload'],
            properties: { payload: { type: 'string', description: 'JSON, as Slack makes it.' } },
          },
          example: { payload: '{"type":"block_actions"}' },
        },
      },
    },
  },
  responses: {
    200: { description: 'It has been heard.' },
    ...problems(400, 404, 413, 415),
  },
});

/** Takes clicks from Slack. The same click may come twice, as decisions may be repeated. */
export function addSlackRoute(
  app: Api,
  { approvals, slack, onFault, now }: ApprovalApiParts,
): void {
  const failures = createKeyedBuckets({ ...FAILURES, now });

  app.openapi(route, async (context) => {
    if (slack.secrets.length === 0) throw problem('not_found');
    const body = await readBody(context.req.raw, BODY_BYTES);
    if (body === null) {
      throw problem('body_too_large', { detail: `It may have ${BODY_BYTES} bytes.` });
    }
    const verdict = verifySlack({
      secrets: slack.secrets,
      timestamp: context.req.header('x-slack-request-timestamp') ?? '',
      signature: context.req.header('x-slack-signature') ?? '',
      body,
      nowMs: now(),
    });
    if (!verdict.ok) {
      slack.onRefused(verdict.reason);
      // Looked at after the signature: whoever shares the address of a forger still gets his click through.
      const waitMs = failures.of(addressOf(context)).take();
      throw waitMs > 0 ? problem('too_many_requests', {}, waitMs) : problem('not_from_slack');
    }
    if (!FORM.test(context.req.header('content-type') ?? '')) throw problem('no_form');
    const payload = new URLSearchParams(body.toString()).get('payload');
    if (payload === null) {
      throw problem('invalid_request', {
        faults: [{ in: 'body', at: 'payload', message: 'is missing' }],
      });
    }
    const action = readSlackAction(payload);
    // Slack also tells of buttons that are none of ours, such as links.
    if (action === null) return context.body(null, 200);
    const { approvalId: id, choice, userId, responseUrl } = action;
    const decision = { id, choice, actor: `slack:${userId}`, via: 'slack', reason: null } as const;
    const answer = await approvals.decide(decision);
    if (responseUrl !== null) {
      // Slack waits for us no longer than 3 s, and what was decided holds without it.
      for (const each of slackAnswers(answer)) {
        void slack.respond(responseUrl, each).catch(onFault);
      }
    }
    return context.body(null, 200);
  });
}
