export { type ApiAudit, createAuditor } from './create-auditor.ts';
export { audit, defaultActor } from './write-audit.ts';
