import type { Workflow } from '@gemini-events/workflows';
import { orders } from './orders.ts';
import { researchReport } from './research-report.ts';

/** What is run where AGENT_WORKFLOWS names nothing else. */
export const workflows: readonly Workflow[] = [researchReport, orders];
