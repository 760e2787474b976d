import { defineConfig } from 'vitest/config';

/**
 * Modules are read once for each worker, and not again for each file: that would take most of the time,
 * and tests keep nothing in modules.
 */
const shared = { isolate: false, testTimeout: 20_000 };

/**
 * Tests on the shared stack mostly wait, so more of them run at once than there are cores. Their timeouts
 * are for what hangs: they say nothing about speed.
 */
const onTheStack = {
  globalSetup: ['./test/stack/global-setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

/** The levels of CONTRIBUTING.md. Those with the same `groupOrder` run side by side, the others in turn. */
const level = (name: string, suffix: string, groupOrder: number, more: object) => ({
  extends: true as const,
  test: {
    name,
    include: [`{schemas,libs,features,services,test,tools}/**/*.${suffix}.test.ts`],
    sequence: { groupOrder },
    ...more,
  },
});

export default defineConfig({
  test: {
    reporters: ['default', './test/reporter/closing-line.ts'],
    projects: [
      level('unit', 'unit', 0, { ...shared, maxWorkers: 2 }),
      level('property', 'property', 0, { ...shared, maxWorkers: 2 }),
      level('integration', 'int', 1, { ...onTheStack, isolate: false, maxWorkers: 3 }),
      level('process', 'process', 2, { ...onTheStack, maxWorkers: 3 }),
      level('alone', 'alone', 3, { ...onTheStack, maxWorkers: 2 }),
      level('e2e', 'e2e', 3, { ...onTheStack, maxWorkers: 2 }),
    ],
  },
});
