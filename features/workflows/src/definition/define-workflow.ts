import { createHash } from 'node:crypto';
import type { GeminiEvent, Subscribed } from '@gemini-events/consumer';
import { BridgeError, KNOWN_TYPES, type KnownType } from '@gemini-events/events';
import type { RegisteredJob } from './registered-job.ts';
import type { RunContext } from './run-context.ts';

/** What a workflow chooses its events by. */
export interface Occasion<Type extends KnownType = KnownType> {
  readonly event: Subscribed<Type>;
  /** Of a job that went through the launcher. */
  readonly job: RegisteredJob | null;
}

export interface WorkflowDefinition<Type extends KnownType = KnownType> {
  /** Lower case, digits and dashes. */
  readonly name: string;
  /**
   * Counts up with each change that a run in progress would not survive. New runs begin with the highest
   * version; those of an older one end on its code as long as that is registered too. @default 1
   */
  readonly version?: number;
  readonly on: readonly Type[];
  /** Which of these events. Must decide by what it is given alone. @default all */
  readonly where?: (occasion: Occasion<Type>) => boolean;
  /**
   * What one run is for. `resource`: each type of each job, whichever deliveries tell of it. `event`: each
   * event. @default 'resource'
   */
  readonly once?: 'resource' | 'event' | ((event: Subscribed<Type>) => string);
  /**
   * The work, in plain TypeScript. After a crash it is called again from its beginning, and steps that
   * have ended give what they gave before: so whatever is not the same each time (time, chance, calls,
   * files) belongs into a step. What it returns becomes the outcome of the run; what it throws is a dead
   * letter, from which it can be redriven from the step that failed.
   */
  readonly run: (event: Subscribed<Type>, context: RunContext) => Promise<unknown>;
}

/** A definition with all that was left out filled in. */
export interface Workflow {
  readonly name: string;
  readonly version: number;
  readonly on: readonly KnownType[];
  readonly where: (occasion: Occasion) => boolean;
  readonly once: 'resource' | 'event' | ((event: GeminiEvent) => string);
  readonly run: (event: GeminiEvent, context: RunContext) => Promise<unknown>;
}

const NAME = /^[a-z][a-z0-9-]{0,47}$/;

/**
 * Declares a workflow.
 * @throws BridgeError ERR_WORKFLOW_INVALID with all faults of the definition
 */
export function defineWorkflow<const Type extends KnownType>(
  definition: WorkflowDefinition<Type>,
): Workflow {
  const faults = faultsOf(definition);
  if (faults.length > 0) {
    const message = `workflow ${definition.name}: ${faults.join('; ')}`;
    throw new BridgeError('ERR_WORKFLOW_INVALID', message);
  }
  return {
    version: 1,
    where: () => true,
    once: 'resource',
    ...definition,
  } as unknown as Workflow;
}

function faultsOf(
  definition: Pick<WorkflowDefinition, 'name' | 'version'> & { on: readonly string[] },
): string[] {
  const { name, version = 1, on } = definition;
  const known: ReadonlySet<string> = new Set(KNOWN_TYPES);
  const faults: string[] = [];
  if (!NAME.test(name)) faults.push('a name has lower case, digits and dashes, at most 48');
  if (!Number.isSafeInteger(version) || version < 1) faults.push('a version is a number from 1 on');
  if (on.length === 0) faults.push('it is on nothing');
  for (const type of on) if (!known.has(type)) faults.push(`nothing is called ${type}`);
  return faults;
}

/** `orders@2`: how a version of a workflow is registered. */
export const registeredName = ({ name, version }: Pick<Workflow, 'name' | 'version'>): string =>
  `${name}@${version}`;

/** What a part of an id may hold as it is. */
const PLAIN = /^[\w.:@+~/-]{1,200}$/;

/**
 * The id of the run that an event begins: the same for the same job or event, whatever version runs it.
 * @throws whatever the workflow's own function throws
 */
export function runIdOf(
  { name, once }: Pick<Workflow, 'name' | 'once'>,
  event: GeminiEvent,
): string {
  const { source, type, resource_id: resource, event_id: eventId } = event;
  if (typeof once === 'function') return [name, source, plain(once(event))].join('/');
  if (once === 'event') return [name, source, plain(eventId)].join('/');
  return [name, source, type, plain(resource)].join('/');
}

/** Foreign text in an id: what is long or odd is named by its SHA-256. */
const plain = (text: string): string =>
  PLAIN.test(text)
    ? text
    : `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
