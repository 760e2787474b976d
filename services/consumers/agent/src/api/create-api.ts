import { addApprovalRoutes, addDecisionRoute, addSlackRoute } from '@gemini-events/approvals/http';
import { type Api, createApiApp } from '@gemini-events/http-api';
import { addRunActionRoutes, addRunRoutes } from '@gemini-events/workflows/http';
import { ABOUT } from './about.ts';
import type { ApiParts } from './parts.ts';

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
