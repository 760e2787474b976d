import { canonicalType, type KnownType } from '@gemini-events/events';
import type { DecodedRecord } from '@gemini-events/kafka/codec';
import {
  type BatchEvent,
  FAMILIES,
  type Family,
  type InteractionEvent,
  type UnknownEvent,
  type VideoEvent,
} from '@gemini-events/schemas';

type BatchType = Extract<KnownType, `batch.${string}`>;
type InteractionType = Extract<KnownType, `interaction.${string}`>;
type VideoType = Extract<KnownType, `video.${string}`>;

/** One variant for each type, so that `type` tells them apart. */
type Typed<Event, Type extends string> = Type extends string
  ? Omit<Event, 'type'> & { readonly type: Type }
  : never;

/**
 * An event as a handler gets it, told apart by `type`. Types that this version does not know come only
 * to consumers that subscribe to `unknown`.
 */
export type GeminiEvent =
  | Typed<BatchEvent, BatchType>
  | Typed<InteractionEvent, InteractionType>
  | Typed<VideoEvent, VideoType>;

export type { UnknownEvent };

/** What a record of an event topic holds. */
export type AnyEvent = GeminiEvent | UnknownEvent;

/**
 * The event in a decoded record, aliases of its type resolved; null where the record is no event. A type
 * of a known family that is none of ours is an unknown event, wherever it stands.
 */
export function eventIn({ name, value }: DecodedRecord): AnyEvent | null {
  if (name === 'UnknownEvent') return value;
  if (name === 'BatchEvent' || name === 'InteractionEvent' || name === 'VideoEvent') {
    return { ...value, type: canonicalType(value.type) ?? value.type };
  }
  return null;
}

/** The topics that hold what is subscribed to. */
export function routesOf(subscribe: readonly string[]): readonly (Family | 'unknown')[] {
  const wanted = new Set(subscribe.map((each) => each.split('.', 1)[0]));
  return [...FAMILIES, 'unknown' as const].filter((route) => wanted.has(route));
}

/** Whether a consumer wants events of a type. */
export function createFilter(subscribe: readonly string[]): (type: string) => boolean {
  const wanted = new Set(subscribe);
  return (type) => {
    if (wanted.has(type)) return true;
    if (canonicalType(type) === null) return wanted.has('unknown');
    return wanted.has(type.slice(0, type.indexOf('.')));
  };
}
