import '@gemini-events/service/small-process';

// The process has become another one by now: what is imported above it would be read twice.
await import('./run-results.ts');
