import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';

/** Ends the connection in the middle of a call; without a socket there is an error to end it with instead. */
export function breakConnection(context: Context): Error | null {
  const { outgoing } = (context.env ?? {}) as Partial<HttpBindings>;
  if (outgoing === undefined) return new Error('cut off on purpose');
  outgoing.destroy();
  return null;
}
