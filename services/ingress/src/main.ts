import '@gemini-events/service/lean-process';

// The process has become another one by now: what is imported above it would be read twice.
await import('./run-ingress.ts');
