/** One line of what became of a job. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `gemini` for what Gemini said; else the consumer that did something about it, or `caller`. */
  readonly lane: string;
  /** Empty where it is of the job, and of none of its events. */
  readonly eventId: string;
  readonly what: string;
  readonly detail: string;
}

/** What there is to say, with commas between. */
export function joinParts(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(', ');
}

/** What timelines are asked about. */
export interface TimelineQuestion {
  /** A job or an event, as it was given. */
  readonly id: string;
  /** The id itself, and the jobs of the event with that id. */
  readonly jobs: readonly string[];
}
