import type { Endpoints } from '../store/endpoints.ts';
import type { DelivererParts } from './deliverer.ts';

/**
 * Switches the endpoint of a lane off, unless it is off already.
 * @param tell called once it is off, to tell of it
 */
export function createSwitchOff(
  endpoints: Pick<Endpoints, 'find' | 'disable'>,
  tell: (...about: Parameters<DelivererParts['disable']>) => Promise<void>,
): DelivererParts['disable'] {
  return async (lane, reason) => {
    const endpoint = await endpoints.find(null, lane.id);
    if (endpoint === null || endpoint.state === 'disabled') return false;
    await endpoints.disable(lane.id, reason);
    await tell(lane, reason);
    return true;
  };
}
