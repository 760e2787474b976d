import { defineConfig } from 'vitest/config';

/** Integration and e2e tests share one stack and two cores: one file at a time. */
const onTheStack = {
  globalSetup: ['./test/stack/global-setup.ts'],
  fileParallelism: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

/**
 * On two cores it would be one worker. Modules are read once for each of the two, and not again for each
 * file, which takes most of the time: these tests keep nothing between them. Some start whole processes.
 */
const onBothCores = { maxWorkers: 2, isolate: false, testTimeout: 20_000 };

const level = (name: string, suffix: string, groupOrder: number, more: object = {}) => ({
  extends: true as const,
  test: {
    name,
    include: [`{schemas,libs,services,test,tools}/**/*.${suffix}.test.ts`],
    sequence: { groupOrder },
    ...more,
  },
});

export default defineConfig({
  test: {
    reporters: ['default', './test/reporter/closing-line.ts'],
    projects: [
      level('unit', 'unit', 0, onBothCores),
      level('property', 'property', 0, onBothCores),
      level('integration', 'int', 1, onTheStack),
      level('e2e', 'e2e', 2, onTheStack),
    ],
  },
});
