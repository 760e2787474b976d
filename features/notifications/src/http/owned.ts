import type { Principal } from '@gemini-events/http-api';
import type { Delivery } from '../store/delivery-log.ts';
import type { Endpoint } from '../store/endpoints.ts';
import type { ApiParts } from './parts.ts';
import { problem } from './problems.ts';

const ENDPOINT_ID = /^ep_[0-9a-f]{24}$/;
const DELIVERY_ID = /^[1-9]\d{0,17}$/;

/** Another owner's is answered exactly as what does not exist. */
const notFound = () => problem('not_found');

/** The endpoint, if it is the token's to see. @throws ApiProblem not_found */
export async function findEndpoint(
  { endpoints }: Pick<ApiParts, 'endpoints'>,
  { owner }: Principal,
  id: string,
): Promise<Endpoint> {
  const endpoint = ENDPOINT_ID.test(id) ? await endpoints.find(owner, id) : null;
  if (endpoint === null) throw notFound();
  return endpoint;
}

/** The delivery, if it is the token's to see. @throws ApiProblem not_found */
export async function findDelivery(
  { deliveries }: Pick<ApiParts, 'deliveries'>,
  { owner }: Principal,
  id: string,
): Promise<Delivery & { readonly body: string; readonly messageAt: number }> {
  const delivery = DELIVERY_ID.test(id) ? await deliveries.find(owner, id) : null;
  if (delivery === null) throw notFound();
  return delivery;
}
