import { addTokenRoutes } from '@gemini-events/access/http';
import { type Api, createApiApp } from '@gemini-events/http-api';
import { ABOUT } from './about.ts';
import { addCatchUpRoutes } from './catch-up-routes.ts';
import { addDeliveryRoutes } from './delivery-routes.ts';
import { addWebhookDocs } from './document-webhooks.ts';
import { addEndpointActionRoutes } from './endpoint-action-routes.ts';
import { addEndpointRoutes } from './endpoint-routes.ts';
import type { ApiParts } from './parts.ts';
import { addResultRoute } from './result-route.ts';
import { addRuleRoutes } from './rule-routes.ts';
import { addSecretRoutes } from './secret-routes.ts';

/** The customers' and the operator's API, under `/v1`. */
export function createApi(parts: ApiParts): Api {
  const { tokens, onFault, now } = parts;
  return createApiApp({
    about: ABOUT,
    tokens,
    onFault,
    now,
    addOpenRoutes(app) {
      addWebhookDocs(app);
      addResultRoute(app, parts);
    },
    addRoutes(app) {
      addEndpointRoutes(app, parts);
      addEndpointActionRoutes(app, parts);
      addSecretRoutes(app, parts);
      addDeliveryRoutes(app, parts);
      addCatchUpRoutes(app, parts);
      addRuleRoutes(app, parts);
      addTokenRoutes(app, parts);
    },
  });
}
