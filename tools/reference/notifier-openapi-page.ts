import { openApiDocument } from '../../features/notifications/src/http/open-api-document.ts';

/** Not a page: the OpenAPI document of the notifier's API, as it serves it itself. */
export function notifierOpenApiPage(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}
