import { documentOf } from '@gemini-events/http-api';
import { ABOUT } from './about.ts';
import { createApi } from './create-api.ts';
import type { ApiParts } from './parts.ts';

/** The OpenAPI document without an API that would run: for the reference pages. */
export function openApiDocument(): Record<string, unknown> {
  // Parts are used when a route is called, and none is.
  return documentOf(createApi({ now: () => 0 } as ApiParts), ABOUT);
}
