import { type Api, createApiApp } from '@gemini-events/http-api';
import { ABOUT } from './about.ts';
import { addApprovalRoutes } from './approval-routes.ts';
import { addDecisionRoute } from './decision-route.ts';
import type { ApiParts } from './parts.ts';
import { addRunActionRoutes } from './run-action-routes.ts';
import { addRunRoutes } from './run-routes.ts';
import { addSlackRoute } from './slack-route.ts';

/** Approvals and runs under `/v1`, and the buttons of Slack. */
export function createApi(parts: ApiParts): Api {
  const { tokens, onFault, now } = parts;
  return createApiApp({
    about: ABOUT,
    tokens,
    onFault,
    now,
    addOpenRoutes(app) {
      addSlackRoute(app, parts);
    },
    addRoutes(app) {
      addApprovalRoutes(app, parts);
      addDecisionRoute(app, parts);
      addRunRoutes(app, parts);
      addRunActionRoutes(app, parts);
    },
  });
}
