import { boundMemory } from './process-memory.ts';

/**
 * Imported first by the `main.ts` of a process that keeps much for as long as a call takes: attempts at
 * endpoints, runs. With a smaller young generation it would be copied into the old one and cost twice.
 */
boundMemory(16);
