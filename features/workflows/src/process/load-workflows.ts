import { pathToFileURL } from 'node:url';
import { BridgeError } from '@gemini-events/events';
import type { Workflow } from '../definition/define-workflow.ts';
import { workflows as examples } from '../examples/index.ts';

/**
 * The workflows of a module, as its export `workflows`.
 * @param path null: the examples
 * @throws BridgeError ERR_WORKFLOW_INVALID
 */
export async function loadWorkflows(path: string | null): Promise<readonly Workflow[]> {
  if (path === null) return examples;
  let found: unknown;
  try {
    found = ((await import(pathToFileURL(path).href)) as { readonly workflows?: unknown })
      .workflows;
  } catch (cause) {
    throw new BridgeError('ERR_WORKFLOW_INVALID', `${path} cannot be loaded`, { cause });
  }
  const isList =
    Array.isArray(found) &&
    found.length > 0 &&
    found.every((each) => typeof (each as Partial<Workflow> | null)?.run === 'function');
  if (isList) return found as readonly Workflow[];
  throw new BridgeError(
    'ERR_WORKFLOW_INVALID',
    `${path} has to export workflows: a list of what defineWorkflow gives`,
  );
}
