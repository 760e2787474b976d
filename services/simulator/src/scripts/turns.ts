import { z } from 'zod';
import type { Outcome } from '../jobs/kinds.ts';
import { scriptIn } from './script-line.ts';

const DAY_MS = 24 * 3_600_000;

const callSchema = z.strictObject({
  name: z.string().min(1).max(128),
  arguments: z.record(z.string(), z.unknown()).default({}),
});
export type FunctionCall = Readonly<z.output<typeof callSchema>>;

const turnSchema = z
  .strictObject({
    /** Ends in `requires_action`, with these calls at once. */
    calls: z.array(callSchema).min(1).max(128).optional(),
    /** Ends as completed, with this text. */
    text: z.string().optional(),
    fails: z.literal(true).optional(),
    /** Ends so, and no event tells of it. */
    status: z.enum(['incomplete', 'budget_exceeded']).optional(),
    /** How long the turn takes; without it, as long as other jobs. */
    afterMs: z.number().int().min(0).max(DAY_MS).optional(),
  })
  .refine(
    ({ calls, text, fails, status }) =>
      [calls, text, fails, status].filter((each) => each !== undefined).length === 1,
    "a turn has exactly one of 'calls', 'text', 'fails' and 'status'",
  );
/** What a scripted interaction does. */
export type Turn = Readonly<z.output<typeof turnSchema>>;

const scriptSchema = z.strictObject({ turns: z.array(turnSchema).min(1).max(1_000) });

/** The turn of an interaction, in the script of its chain. */
export interface ScriptPlace {
  readonly turns: readonly Turn[];
  readonly turn: Turn;
  readonly at: number;
}

/**
 * `simulate: {"turns":[...]}` in any of the texts, at its first turn.
 * @throws GoogleError 400 for a script that cannot be understood
 */
export function scriptOf(texts: readonly string[]): ScriptPlace | null {
  for (const text of texts) {
    const script = scriptIn(scriptSchema, text);
    if (script !== null) return placeAt(script.turns, 0);
  }
  return null;
}

/** Where the next interaction of the chain stands; null once the script is over. */
export function nextTurn({ turns, at }: ScriptPlace): ScriptPlace | null {
  return placeAt(turns, at + 1);
}

function placeAt(turns: readonly Turn[], at: number): ScriptPlace | null {
  const turn = turns[at];
  return turn === undefined ? null : { turns, turn, at };
}

export function outcomeOf({ calls, fails, status }: Turn): Outcome {
  if (calls !== undefined) return 'requires_action';
  if (fails !== undefined) return 'failed';
  return status ?? 'succeeded';
}
