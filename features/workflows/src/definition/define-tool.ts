import { BridgeError } from '@gemini-events/events';
import { z } from 'zod';
import type { StepPolicy } from './step-policy.ts';

export interface ToolDefinition<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodType = z.ZodType,
> extends StepPolicy {
  /** As the model calls it. */
  readonly name: string;
  /** Told to the model. */
  readonly description: string;
  /** What it is called with; arguments of the model that do not fit are told back to the model. */
  readonly input: Input;
  /** What it has to give; anything else is a failed attempt. */
  readonly output: Output;
  readonly run: (
    input: z.output<Input>,
    attempt: { readonly number: number; readonly signal: AbortSignal },
  ) => Promise<z.input<Output>>;
  /**
   * What happens when all its attempts have failed. `fail`: the run fails, and can be redriven from here.
   * `tell`: the model is told that it failed, and goes on. @default 'fail'
   */
  readonly whenItFails?: 'fail' | 'tell';
}

/** A tool as it is kept. */
export interface Tool extends StepPolicy {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its arguments. */
  readonly parameters: unknown;
  readonly whenItFails: 'fail' | 'tell';
  readonly readInput: (given: unknown) => { ok: true; input: unknown } | { ok: false; why: string };
  /** @throws BridgeError ERR_TOOL_OUTPUT it gave what its schema forbids */
  readonly call: (
    input: unknown,
    attempt: { readonly number: number; readonly signal: AbortSignal },
  ) => Promise<unknown>;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/;

/**
 * Declares a tool that answers function calls.
 * @throws BridgeError ERR_WORKFLOW_INVALID
 */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodType>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  const { name, input, output, run, whenItFails = 'fail', ...rest } = definition;
  if (!NAME.test(name)) {
    throw new BridgeError(
      'ERR_WORKFLOW_INVALID',
      `tool ${name}: its name is no name of a function`,
    );
  }
  return {
    ...rest,
    name,
    whenItFails,
    parameters: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }),
    readInput(given) {
      const read = input.safeParse(given);
      return read.success
        ? { ok: true, input: read.data }
        : { ok: false, why: z.prettifyError(read.error) };
    },
    async call(given, attempt) {
      const read = output.safeParse(await run(given as z.output<Input>, attempt));
      if (read.success) return read.data;
      throw new BridgeError(
        'ERR_TOOL_OUTPUT',
        `tool ${name} gave what its schema forbids: ${z.prettifyError(read.error)}`,
      );
    },
  };
}

/** The declaration that the model is sent. */
export function declarationOf({ name, description, parameters }: Tool): object {
  return { type: 'function', name, description, parameters };
}
