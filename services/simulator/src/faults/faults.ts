import { z } from 'zod';

const times = z.number().int().min(1).max(1_000_000);

/**
 * What a create comes to: `made_` ones have made their job all the same, which the client does not
 * learn; `answered` is right, but may be late.
 */
const CREATE_FAULTS = ['answered', 'not_made_503', 'made_503', 'made_cut'] as const;

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
  /** The first creates that match go wrong so. */
  creates: z
    .array(
      z.strictObject({
        method: z.enum(['POST', 'PATCH', 'DELETE']).default('POST'),
        /** Begin of the path, with or without its version: `/v1/interactions`, `/models/`. */
        pathPrefix: z.string().startsWith('/').max(256),
        outcome: z.enum(CREATE_FAULTS),
        /** How long the answer, or what comes in its place, is held back. */
        delayMs: z.number().int().min(0).max(600_000).default(0),
        times,
      }),
    )
    .max(100)
    .default([]),
});

type FaultRequest = z.output<typeof faultsSchema>;
type FaultAnswer = FaultRequest['answers'][number];
export type CreateFault = FaultRequest['creates'][number];

/** What goes wrong on purpose with calls of the API, and how often it is called. */
export interface Faults {
  set(request: FaultRequest): void;
  /** What is left of it. */
  left(): FaultRequest;
  /** The answer that a call gets instead of its own, counted down. */
  answerFor(path: string): FaultAnswer | null;
  /** What goes wrong with a create, counted down. */
  createFaultFor(method: string, path: string): CreateFault | null;
  /** After how many bytes the next answer of this file breaks off, counted down; null: not at all. */
  cutOf(file: string): number | null;
  /** Counts a call, or bytes, under a name. */
  count(name: string, amount?: number): void;
  counts(): Readonly<Record<string, number>>;
}

export function createFaults(): Faults {
  let current: FaultRequest = { cuts: null, answers: [], creates: [] };
  const cutsMade = new Map<string, number>();
  const left = new Map<FaultAnswer | CreateFault, number>();
  /** The first that has times left and matches; one time less then. */
  const take = <Fault extends FaultAnswer | CreateFault>(
    faults: readonly Fault[],
    matches: (fault: Fault) => boolean,
  ): Fault | null => {
    const fault = faults.find((each) => (left.get(each) ?? 0) > 0 && matches(each));
    if (fault === undefined) return null;
    left.set(fault, (left.get(fault) ?? 0) - 1);
    return fault;
  };
  const remaining = <Fault extends FaultAnswer | CreateFault>(faults: readonly Fault[]): Fault[] =>
    faults.flatMap((fault) => {
      const count = left.get(fault) ?? 0;
      return count === 0 ? [] : [{ ...fault, times: count }];
    });
  const counts = new Map<string, number>();
  return {
    set(request) {
      current = request;
      cutsMade.clear();
      left.clear();
      for (const fault of [...request.answers, ...request.creates]) left.set(fault, fault.times);
    },
    left: () => ({
      cuts: current.cuts,
      answers: remaining(current.answers),
      creates: remaining(current.creates),
    }),
    answerFor: (path) => take(current.answers, (answer) => path.includes(answer.path)),
    createFaultFor(method, path) {
      const unversioned = path.replace(/^\/v1(beta)?(?=\/)/, '');
      return take(
        current.creates,
        (fault) =>
          fault.method === method &&
          (path.startsWith(fault.pathPrefix) || unversioned.startsWith(fault.pathPrefix)),
      );
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
