import type { Workflow } from '../definition/define-workflow.ts';
import { orders } from './orders.ts';
import { researchReport } from './research-report.ts';

/** What is run where AGENT_WORKFLOWS names nothing else. */
export const workflows: readonly Workflow[] = [researchReport, orders];
