import { hash } from 'node:crypto';
import type { LaunchRequest } from './launch-order.ts';

/** SHA-256 of a request, in hex: the same whatever the order of its fields. */
export function requestDigest(request: LaunchRequest): string {
  return hash('sha256', JSON.stringify(request, inOrder));
}

function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
