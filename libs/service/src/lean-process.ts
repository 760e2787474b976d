import { boundGrowth, boundMemory } from './process-memory.ts';

/** Imported first by the `main.ts` of a process in which what lives, lives for milliseconds. */

boundGrowth();
// A larger young generation gains nothing here: resident memory would pass 300 MiB.
boundMemory(4);
