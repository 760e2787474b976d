import { z } from '@hono/zod-openapi';
import { OWNER_NAME } from '../owner-name.ts';

/** The name of a customer, as endpoints and tokens have it. */
export const ownerSchema = z
  .string()
  .regex(OWNER_NAME, 'has to be a name of letters, digits and . _ : @ -')
  .openapi({ description: 'Whose it is.', example: 'acme' });
