import { openApiDocument } from '../../services/consumers/agent/src/api/open-api-document.ts';

/** Not a page: the OpenAPI document of the agent's API, as it serves it itself. */
export function agentOpenApiPage(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}
