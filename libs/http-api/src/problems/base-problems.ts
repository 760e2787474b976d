/** Problems that every API answers: code, status, title. Codes are stable; titles are for people. */
export const BASE_PROBLEMS = {
  invalid_request: [400, 'The request has faults'],
  invalid_cursor: [400, 'The cursor is none of this list'],
  unauthorized: [401, 'A valid token is needed'],
  scope_missing: [403, 'The token is not good for this'],
  not_found: [404, 'There is no such thing'],
  method_not_allowed: [405, 'The path knows other methods'],
  body_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The body has to be JSON'],
  too_many_requests: [429, 'Too many requests'],
  unexpected: [500, 'Something failed that was not foreseen'],
  unavailable: [503, 'A part of the service is not there now'],
} as const;

export type BaseProblemCode = keyof typeof BASE_PROBLEMS;
