import { defineProblems } from '@gemini-events/http-api';

/** Every kind of problem that routes of notifications answer beside those of every API. */
export const notificationProblems = defineProblems(
  {
    owner_forbidden: [403, 'Only an operator names an owner'],
    result_not_there: [404, 'The output is not stored yet'],
    disabled_by_operator: [409, 'An operator disabled the endpoint'],
    endpoint_not_active: [409, 'The endpoint is not active'],
    delivery_in_flight: [409, 'The delivery is being sent now'],
    too_many_endpoints: [409, 'The owner has as many endpoints as can be'],
    too_many_secrets: [409, 'The endpoint has as many valid secrets as can be'],
    link_expired: [410, 'The link has expired'],
    range_unsatisfiable: [416, 'The output has no such part'],
    url_refused: [422, 'The URL may not be called'],
    not_verified: [422, 'The endpoint did not answer the challenge'],
    rule_invalid: [422, 'The rule has faults'],
  },
  { reason: 'Of `url_refused`: what is wrong.' },
);
export const { problem, problems } = notificationProblems;
