export { type ApiAudit, createAuditor } from './create-auditor.ts';
export { audit } from './write-audit.ts';
