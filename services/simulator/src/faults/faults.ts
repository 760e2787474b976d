import { z } from 'zod';

const times = z.number().int().min(1).max(1_000_000);

export const faultsSchema = z.strictObject({
  /** Downloads of each file break off after so many bytes of an answer, so many times. */
  cuts: z
    .strictObject({ everyBytes: z.number().int().min(1), times })
    .nullable()
    .default(null),
  /** The first calls that match are answered so. */
  answers: z
    .array(
      z.strictObject({
        /** Part of the path with its query. */
        path: z.string().min(1).max(256),
        status: z.union([
          z.literal(403),
          z.literal(404),
          z.literal(429),
          z.literal(500),
          z.literal(503),
        ]),
        retryAfterSeconds: z.number().int().min(0).optional(),
        times,
      }),
    )
    .max(100)
    .default([]),
});

type FaultRequest = z.output<typeof faultsSchema>;
type FaultAnswer = FaultRequest['answers'][number];

/** What goes wrong on purpose with calls of the API, and how often it is called. */
export interface Faults {
  set(request: FaultRequest): void;
  /** What is left of it. */
  left(): FaultRequest;
  /** The answer that a call gets instead of its own, counted down. */
  answerFor(path: string): FaultAnswer | null;
  /** After how many bytes the next answer of this file breaks off, counted down; null: not at all. */
  cutOf(file: string): number | null;
  /** Counts a call, or bytes, under a name. */
  count(name: string, amount?: number): void;
  counts(): Readonly<Record<string, number>>;
}

export function createFaults(): Faults {
  let current: FaultRequest = { cuts: null, answers: [] };
  const cutsMade = new Map<string, number>();
  const left = new Map<FaultAnswer, number>();
  const counts = new Map<string, number>();
  return {
    set(request) {
      current = request;
      cutsMade.clear();
      left.clear();
      for (const answer of request.answers) left.set(answer, answer.times);
    },
    left: () => ({
      cuts: current.cuts,
      answers: current.answers.flatMap((answer) => {
        const count = left.get(answer) ?? 0;
        return count === 0 ? [] : [{ ...answer, times: count }];
      }),
    }),
    answerFor(path) {
      for (const [answer, count] of left) {
        if (count === 0 || !path.includes(answer.path)) continue;
        left.set(answer, count - 1);
        return answer;
      }
      return null;
    },
    cutOf(file) {
      const made = cutsMade.get(file) ?? 0;
      if (current.cuts === null || made >= current.cuts.times) return null;
      cutsMade.set(file, made + 1);
      return current.cuts.everyBytes;
    },
    count: (name, amount = 1) => void counts.set(name, (counts.get(name) ?? 0) + amount),
    counts: () => Object.fromEntries(counts),
  };
}
