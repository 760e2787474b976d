export { escapeSlack } from '@gemini-events/slack';
export { defineTool, type Tool, type ToolDefinition } from './definition/define-tool.ts';
export {
  defineWorkflow,
  type Occasion,
  type Workflow,
  type WorkflowDefinition,
} from './definition/define-workflow.ts';
export type { RegisteredJob } from './definition/registered-job.ts';
export type * from './definition/run-context.ts';
export type { StepPolicy } from './definition/step-policy.ts';
