import { FAMILIES, type Family } from '@gemini-events/schemas';

/** Event types that Google documents or has been seen to send (docs of 2026-09-24). */
export const KNOWN_TYPES = [
  'batch.succeeded',
  'batch.cancelled',
  'batch.expired',
  'batch.failed',
  'interaction.requires_action',
  'interaction.completed',
  'interaction.failed',
  'interaction.cancelled',
  'video.generated',
] as const;
export type KnownType = (typeof KNOWN_TYPES)[number];

/** `batch.completed` stands in old samples and never was in an enum of the API. */
const ALIASES: Readonly<Record<string, KnownType>> = { 'batch.completed': 'batch.succeeded' };

/** The known type that a type means, or null. Aliases are resolved. */
export function canonicalType(type: string): KnownType | null {
  return KNOWN_TYPES.find((known) => known === type) ?? ALIASES[type] ?? null;
}

/** The family of a type: the text before its first dot, if that is a known family. */
export function familyOf(type: string): Family | null {
  const dot = type.indexOf('.');
  const prefix = dot === -1 ? null : type.slice(0, dot);
  return FAMILIES.find((family) => family === prefix) ?? null;
}
