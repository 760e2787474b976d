export { escapeSlack } from '@gemini-events/slack';
export { defineTool, type Tool, type ToolDefinition } from './definition/define-tool.ts';
export {
  defineWorkflow,
  type Occasion,
  type RegisteredJob,
  type Workflow,
  type WorkflowDefinition,
} from './definition/define-workflow.ts';
export type * from './definition/run-context.ts';
